import { startConformanceHost } from '../conformance-host.ts';
import type { HostAvailability } from '../host-availability.ts';
import type { RunningProxy } from './running-proxy.ts';

/** Our conformance server behind a proxy, as if it were one server. */
export async function startProxiedHost(
  startProxy: (upstreamUrl: string) => Promise<RunningProxy>,
): Promise<HostAvailability> {
  const availability = await startConformanceHost('hubwire');
  if (availability.kind === 'missing') return availability;
  const { host } = availability;
  const proxy = await startProxy(host.url).catch(async (error: unknown) => {
    await host[Symbol.asyncDispose]();
    throw error;
  });
  return {
    kind: 'running',
    host: {
      url: proxy.url,
      protocols: host.protocols,
      [Symbol.asyncDispose]: async () => {
        await host[Symbol.asyncDispose]();
        await proxy[Symbol.asyncDispose]();
      },
    },
  };
}
