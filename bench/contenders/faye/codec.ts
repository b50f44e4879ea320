import type { Call, Codec, Message, MessageKind, OpeningStep, Span } from '../codec.ts';

interface BayeuxMessage {
  readonly channel: string;
  readonly id?: string;
  readonly clientId?: string;
  readonly successful?: boolean;
  readonly data?: unknown;
}

const channels: Partial<Record<Call['method'], string>> = {
  subscribe: '/all',
  broadcast: '/all',
  join: '/room',
  sendToGroup: '/room',
};
const dataMark = Buffer.from(',"data":');
const connectText = '[{"id":"connect"';
const connectMark = Buffer.from(connectText);

/** Bayeux over a WebSocket. A frame is a list, of one message as this server and this client write it. */
export const fayeCodec: Codec = {
  path: '/faye',
  subscribes: true,
  opening: {
    first: write({
      channel: '/meta/handshake',
      version: '1.0',
      supportedConnectionTypes: ['websocket'],
      id: 'handshake',
    }),
    next,
  },
  // What stands open for the server to answer, and is answered when it has been open for long.
  pong: makeConnect,
  call: ({ id, method, arguments: args, session }) => {
    const channel = channels[method];
    const common = { clientId: session, id: String(id) };
    if (method === 'subscribe' || method === 'join')
      return write({ ...common, channel: '/meta/subscribe', subscription: channel });
    return write({ ...common, channel, data: args[0] });
  },
  scan: (frame, visit) => visit(kindOf(frame), frame),
  readReply: (bytes) => {
    const message = read(bytes);
    if (message.successful !== true) throw new Error(`The server answered with an error: ${bytes.toString()}`);
    return { id: Number(message.id), value: undefined };
  },
  readPush: (bytes) => read(bytes).data,
};

function makeConnect(clientId: string): Message {
  return write({ channel: '/meta/connect', connectionType: 'websocket', clientId, id: 'connect' });
}

function write(message: object): Message {
  return JSON.stringify([message]);
}

function read(bytes: Buffer): BayeuxMessage {
  const messages = JSON.parse(bytes.toString()) as BayeuxMessage[];
  if (messages.length !== 1) throw new Error(`${messages.length} messages where one is expected.`);
  return messages[0]!;
}

function next(bytes: Buffer): OpeningStep {
  const { successful, clientId } = read(bytes);
  if (successful !== true || clientId === undefined) throw new Error(`Faye does not open: ${bytes.toString()}`);
  return { session: clientId, send: makeConnect(clientId), isOpen: true };
}

/** What was published comes with its data, answers without. */
function kindOf({ bytes, start, end }: Span): MessageKind {
  const data = bytes.indexOf(dataMark, start);
  if (data >= 0 && data < end) return 'push';
  const isConnect =
    end - start > connectText.length &&
    bytes.compare(connectMark, 0, connectMark.length, start, start + connectMark.length) === 0;
  return isConnect ? 'ping' : 'reply';
}
