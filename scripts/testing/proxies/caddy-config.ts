import type { ProxySetting } from './proxy-setting.ts';

/** Plain HTTP and no administration; Caddy writes below the folder that its environment names. */
export function caddyConfig({ port, upstream, blocksWebSockets, buffersEvents }: ProxySetting): string {
  if (buffersEvents === true) throw new Error('Caddy never holds event streams back.');
  return `
{
  admin off
  auto_https off
  grace_period 100ms
  log {
    level ERROR
  }
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  ${blocksWebSockets === true ? refusal : ''}
  reverse_proxy ${upstream}
}
`;
}

const refusal = `
  @upgrades header Connection *Upgrade*
  respond @upgrades 400`;
