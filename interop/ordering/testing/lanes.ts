import type { HubProtocol } from '@hubwire/hub-protocol';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';

/** One way for a client to reach a hub: a transport, what serves it, and the encoding that it carries. */
export interface Lane {
  readonly name: string;
  readonly transport: 'WebSockets' | 'ServerSentEvents' | 'LongPolling' | 'InMemory';
  readonly engine: 'ws' | 'direct';
  readonly encoding: 'json' | 'messagepack';
}

function lane(transport: Lane['transport'], encoding: Lane['encoding'], engine: Lane['engine'] = 'ws'): Lane {
  const name = `${transport}${engine === 'ws' ? '' : ` (${engine})`} with ${encoding}`;
  return { name, transport, engine, encoding };
}

/** Every way that there is: event streams carry text alone. */
export const lanes: readonly Lane[] = [
  lane('WebSockets', 'json'),
  lane('WebSockets', 'messagepack'),
  lane('WebSockets', 'json', 'direct'),
  lane('WebSockets', 'messagepack', 'direct'),
  lane('ServerSentEvents', 'json'),
  lane('LongPolling', 'json'),
  lane('LongPolling', 'messagepack'),
  lane('InMemory', 'json'),
  lane('InMemory', 'messagepack'),
];

export function protocolOf({ encoding }: Lane): HubProtocol {
  return encoding === 'json' ? new JsonHubProtocol() : new MessagePackHubProtocol();
}
