import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import type { OwnClient } from '../contender.ts';

export const connectJson = (port: number): Promise<OwnClient> => connect(port, new HubConnectionBuilder());
export const connectMessagePack = (port: number): Promise<OwnClient> =>
  connect(port, new HubConnectionBuilder().withHubProtocol(new MessagePackHubProtocol()));

async function connect(port: number, builder: HubConnectionBuilder): Promise<OwnClient> {
  const hub = builder.withUrl(`http://127.0.0.1:${port}/hub`).configureLogging(LogLevel.None).build();
  await hub.start();
  return { echo: (text) => hub.invoke<string>('Echo', text), close: () => hub.stop() };
}
