import type { ProxySetting } from './proxy-setting.ts';

/** One process in the foreground, with every path below its own folder. */
export function nginxConfig({ port, upstream, folder, blocksWebSockets, buffersEvents }: ProxySetting): string {
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
  access_log off;
  ${temporaryFolders(folder)}
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://${upstream};
      proxy_http_version ${buffersEvents === true ? '1.0' : '1.1'};
      # Pages of this origin are told by it.
      proxy_set_header Host $http_host;
      # Longer than a poll is held.
      proxy_read_timeout 120s;
      ${blocksWebSockets === true ? "proxy_set_header Connection '';" : upgrades}
      ${buffersEvents === true ? buffers : ''}
    }
  }
}
`;
}

const upgrades = `
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;`;

const buffers = `
      proxy_buffering on;
      proxy_ignore_headers X-Accel-Buffering;
      proxy_buffer_size 64k;
      proxy_buffers 8 64k;
      proxy_busy_buffers_size 128k;`;

function temporaryFolders(folder: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ');
}
