import type { DynamicContract } from '@hubwire/hub-protocol';
import type { Connection, ConnectionFactory } from '@hubwire/transports';
import type { ConnectionPairOptions } from '@hubwire/transports/in-memory';
import { resolveHubClientOptions, type HubClientOptions } from '../hub-client-options.ts';
import { HubConnection } from '../hub-connection.ts';
import { ManualClock } from './manual-clock.ts';
import { ScriptedServer, type ScriptedPeer } from './scripted-server.ts';
import { within } from './within.ts';

export interface OpenOptions extends HubClientOptions {
  /** In place of the scripted server's own. */
  readonly connect?: ConnectionFactory;
  /** Changes each connection before the client sees it. */
  readonly wrap?: (connection: Connection) => Connection;
  readonly pair?: ConnectionPairOptions;
}

export interface Connected<THub> {
  readonly clock: ManualClock;
  readonly connection: HubConnection<THub>;
  readonly server: ScriptedServer;
  readonly peer: ScriptedPeer;
}

/** A connection that is not started, its server, and the time of both. */
export function open<THub = DynamicContract>({ connect, wrap, pair, ...options }: OpenOptions = {}) {
  const clock = new ManualClock();
  const server = new ScriptedServer(pair);
  const factory = connect ?? server.connect;
  const connectTo = (): ConnectionFactory =>
    wrap === undefined ? factory : async (...request) => wrap(await factory(...request));
  const connection = new HubConnection<THub>({ url: '', connectTo }, resolveHubClientOptions({ clock, ...options }));
  const connected = async (): Promise<Connected<THub>> => {
    const started = connection.start();
    const peer = await server.accept();
    await within(started, 'start');
    return { clock, connection, server, peer };
  };
  return { clock, connection, server, connected };
}
