import { createRequire } from 'node:module';
import { PayloadReader, type HubMessage } from '@hubwire/hub-protocol';
import type * as signalr10 from '@microsoft/signalr';
import type * as signalrMessagePack from '@microsoft/signalr-protocol-msgpack';

import type { ProtocolName } from '../interop-client.ts';
import { within } from '../within.ts';
import { RecordingWebSocket } from './recording-web-socket.ts';
import { toVector, toWire, type RecordedVectors } from './recorded-vectors.ts';

// Node takes the CommonJS build, as the suites do.
const require = createRequire(import.meta.url);
const signalr = require('@microsoft/signalr') as typeof signalr10;
const { MessagePackHubProtocol } = require('@microsoft/signalr-protocol-msgpack') as typeof signalrMessagePack;

type Connection = signalr10.HubConnection;

type Act = (connection: Connection, server: RecordingWebSocket) => unknown;

interface Step {
  readonly name: string;
  /** Makes the client send, or the server say something that the client answers. */
  readonly act: Act;
  /** What the client sends then, in order. */
  readonly sends: readonly HubMessage[];
}

const values = [42, 'text', true, false, null, 1.5, -1, 4_294_967_296] as const;
function ask(target: string, invocationId: string): Act {
  return (_, server) => server.receive({ type: signalr.MessageType.Invocation, invocationId, target, arguments: [] });
}

const calls: readonly Step[] = [
  { name: 'the ping that follows the handshake', act() {}, sends: [{ type: 6 }] },
  {
    name: 'a call that wants no answer',
    act: (connection) => connection.send('send', ...values),
    sends: [{ type: 1, target: 'send', arguments: values }],
  },
  {
    name: 'a call',
    act: (connection) => void connection.invoke('add', 1, 2).catch(() => {}),
    sends: [{ type: 1, invocationId: '0', target: 'add', arguments: [1, 2] }],
  },
  {
    name: 'a call with objects and arrays',
    act: (connection) => connection.send('send', { name: 'x', list: [1, [2, {}]] }, []),
    sends: [{ type: 1, target: 'send', arguments: [{ name: 'x', list: [1, [2, {}]] }, []] }],
  },
  {
    name: 'a call beyond ASCII',
    act: (connection) => connection.send('grüße', '€ 😀', '\u001e\r\n"\\'),
    sends: [{ type: 1, target: 'grüße', arguments: ['€ 😀', '\u001e\r\n"\\'] }],
  },
  {
    name: 'a streaming call and its cancellation',
    act: (connection) =>
      connection
        .stream('count', 10)
        .subscribe({ next() {}, complete() {}, error() {} })
        .dispose(),
    sends: [
      { type: 4, invocationId: '1', target: 'count', arguments: [10] },
      { type: 5, invocationId: '1' },
    ],
  },
];

function uploads(): readonly Step[] {
  const uploaded = new signalr.Subject<unknown>();
  const failing = new signalr.Subject<unknown>();
  return [
    {
      name: 'a call with an upload',
      act: (connection) => connection.send('upload', 'a.png', uploaded),
      sends: [{ type: 1, target: 'upload', arguments: ['a.png'], streamIds: ['2'] }],
    },
    {
      name: 'an uploaded item',
      act: () => uploaded.next({ n: 1 }),
      sends: [{ type: 2, invocationId: '2', item: { n: 1 } }],
    },
    {
      name: 'the end of an upload',
      act: () => uploaded.complete(),
      sends: [{ type: 3, invocationId: '2', outcome: { kind: 'void' } }],
    },
    {
      name: 'a call with another upload',
      act: (connection) => connection.send('upload', failing),
      sends: [{ type: 1, target: 'upload', arguments: [], streamIds: ['3'] }],
    },
    {
      name: 'the failure of an upload',
      act: () => failing.error(new Error('It "failed".')),
      sends: [{ type: 3, invocationId: '3', outcome: { kind: 'error', error: 'It "failed".' } }],
    },
  ];
}

const answers: readonly Step[] = [
  {
    name: 'a client result',
    act: ask('answer', 's1'),
    sends: [{ type: 3, invocationId: 's1', outcome: { kind: 'result', result: { yes: [1, 'a'] } } }],
  },
  {
    name: 'a client result of null',
    act: ask('answerNull', 's2'),
    sends: [{ type: 3, invocationId: 's2', outcome: { kind: 'result', result: null } }],
  },
  {
    name: 'a client result that failed',
    act: ask('fail', 's3'),
    sends: [{ type: 3, invocationId: 's3', outcome: { kind: 'error', error: 'Error: not now' } }],
  },
  {
    name: 'a client result that nobody gives',
    act: ask('unheardOf', 's4'),
    sends: [{ type: 3, invocationId: 's4', outcome: { kind: 'error', error: "Client didn't provide a result." } }],
  },
  { name: 'a close', act: (connection) => connection.stop(), sends: [{ type: 7 }] },
];

/** Written by the client's encoding when the connection asks for it: such messages are not to be had by a call. */
const internal: readonly { readonly name: string; readonly message: HubMessage }[] = [
  { name: 'an ack', message: { type: 8, sequenceId: 70_000 } },
  { name: 'a sequence', message: { type: 9, sequenceId: 1 } },
];

/** What the official client sends, message by message, over a WebSocket that nobody is behind. */
export async function officialVectors(protocol: ProtocolName): Promise<RecordedVectors> {
  const encoding = protocol === 'json' ? new signalr.JsonHubProtocol() : new MessagePackHubProtocol();
  const socket = new RecordingWebSocket(encoding);
  const connection = connect(socket, encoding);
  await within(connection.start(), 'the handshake');
  const named: { readonly name: string; readonly message: HubMessage }[] = [];
  for (const { name, act, sends } of [...calls, ...uploads(), ...answers]) {
    await act(connection, socket);
    named.push(...sends.map((message) => ({ name, message })));
    await within(socket.sent(named.length), `the client has sent ${name}`);
  }
  const wires = socket.payloads.map(toWire);
  if (wires.length !== named.length) throw new Error(`${wires.length} messages came instead of ${named.length}.`);
  for (const { name, message } of internal) {
    named.push({ name, message });
    wires.push(unframed(writeWith(encoding, message)));
  }
  return {
    recordedFrom: `@microsoft/signalr ${signalr.VERSION}`,
    vectors: named.map(({ name, message }, index) => toVector(protocol, { name, message, wire: wires[index] ?? '' })),
  };
}

function connect(socket: RecordingWebSocket, protocol: signalr10.IHubProtocol): Connection {
  // The constructor is an option without being part of its published type.
  const options = {
    skipNegotiation: true,
    transport: signalr.HttpTransportType.WebSockets,
    WebSocket: socket.constructorForClient(),
  };
  const connection = new signalr.HubConnectionBuilder()
    .configureLogging(signalr.LogLevel.None)
    .withUrl('http://127.0.0.1/hub', options)
    .withHubProtocol(protocol)
    .build();
  connection.on('answer', () => ({ yes: [1, 'a'] }));
  connection.on('answerNull', () => null);
  connection.on('fail', () => {
    throw new Error('not now');
  });
  return connection;
}

/** These few are the same objects there; TypeScript's enums have no other way in. */
function writeWith(encoding: signalr10.IHubProtocol, message: object): string | ArrayBuffer {
  return encoding.writeMessage(message as signalr10.HubMessage);
}

function unframed(frame: string | ArrayBuffer): string {
  const format = typeof frame === 'string' ? 'Text' : 'Binary';
  let wire = '';
  new PayloadReader(format, 1_000_000).read(typeof frame === 'string' ? frame : new Uint8Array(frame), (payload) => {
    wire = toWire(payload);
  });
  return wire;
}
