import { HubConnectionBuilder } from '@hubwire/hub-client';
import type { HubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import type { OwnClient } from '../contender.ts';
import type { BenchHub } from './bench-hub.ts';

export const connectJson = (port: number): Promise<OwnClient> => connect(port);
export const connectMessagePack = (port: number): Promise<OwnClient> => connect(port, new MessagePackHubProtocol());

async function connect(port: number, protocol?: HubProtocol): Promise<OwnClient> {
  const builder = new HubConnectionBuilder<BenchHub>().withUrl(`http://127.0.0.1:${port}/hub`);
  const hub = (protocol === undefined ? builder : builder.withHubProtocol(protocol)).build();
  await hub.start();
  return { echo: (text) => hub.invoke.echo(text), close: () => hub.stop() };
}
