import type { WebSocketEngine } from '@hubwire/transports/server';
import { startAspNetCoreHost } from './aspnetcore-host.ts';
import type { ConformanceServerOptions } from './conformance-server.ts';
import type { HostAvailability } from './host-availability.ts';

/** The servers that the suite knows. */
export type HostKind = 'hubwire' | 'hubwire, direct WebSockets' | 'aspnetcore';

/** Starts one of the conformance servers on a free port of the loopback address. */
export function startConformanceHost(kind: HostKind): Promise<HostAvailability> {
  if (kind === 'aspnetcore') return startAspNetCoreHost();
  return startHubwireHost(kind === 'hubwire' ? 'ws' : 'direct');
}

/** What `conformance-server.ts` exports. */
interface ConformanceServerModule {
  startConformanceServer(options: ConformanceServerOptions): Promise<{ url: string; close(): Promise<void> }>;
}

async function startHubwireHost(webSocketEngine: WebSocketEngine): Promise<HostAvailability> {
  const path = './conformance-server.ts';
  const hubwire = (await import(path)) as ConformanceServerModule;
  const server = await hubwire.startConformanceServer({ port: 0, host: '127.0.0.1', webSocketEngine });
  return {
    kind: 'running',
    host: { url: server.url, protocols: ['json', 'messagepack'], [Symbol.asyncDispose]: () => server.close() },
  };
}
