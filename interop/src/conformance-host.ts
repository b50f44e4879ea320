import { startAspNetCoreHost } from './aspnetcore-host.ts';
import type { HostAvailability } from './host-availability.ts';

/** The servers that the suite knows. */
export type HostKind = 'hubwire' | 'aspnetcore';

/** Starts one of the conformance servers on a free port of the loopback address. */
export function startConformanceHost(kind: HostKind): Promise<HostAvailability> {
  return kind === 'aspnetcore' ? startAspNetCoreHost() : startHubwireHost();
}

/** What `conformance-server.ts` exports. */
interface ConformanceServerModule {
  startConformanceServer(options: { port: number; host: string }): Promise<{ url: string; close(): Promise<void> }>;
}

async function startHubwireHost(): Promise<HostAvailability> {
  const path = './conformance-server.ts';
  const hubwire = (await import(path)) as ConformanceServerModule;
  const server = await hubwire.startConformanceServer({ port: 0, host: '127.0.0.1' });
  return {
    kind: 'running',
    host: { url: server.url, protocols: ['json', 'messagepack'], [Symbol.asyncDispose]: () => server.close() },
  };
}
