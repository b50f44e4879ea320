import type { Call, Codec, MessageKind, OpeningStep, Span } from '../codec.ts';

const channels: Partial<Record<Call['method'], string>> = { subscribe: 'message', join: 'room' };
const handshakeId = 1;

/** Version 2 of SocketCluster's conversation, in its default encoding. */
export const socketClusterCodec: Codec = {
  path: '/socketcluster/?protocolVersion=2',
  subscribes: true,
  opening: {
    first: JSON.stringify({ event: '#handshake', data: { authToken: null }, cid: handshakeId }),
    next,
  },
  pong: () => '',
  call: ({ id, method, arguments: args }) => {
    const channel = channels[method];
    const cid = toCallId(id);
    if (channel !== undefined) return JSON.stringify({ event: '#subscribe', data: { channel }, cid });
    return JSON.stringify({ event: method, data: args[0], cid });
  },
  scan: (frame, visit) => visit(kindOf(frame), frame),
  readReply: (message) => {
    const reply = JSON.parse(message.toString()) as { rid: number; data?: unknown; error?: unknown };
    if (reply.error !== undefined) throw new Error(`The server answered with an error: ${message.toString()}`);
    return { id: reply.rid - toCallId(0), value: reply.data };
  },
  readPush: (message) => (JSON.parse(message.toString()) as { data: { data: unknown } }).data.data,
};

/** 0 is no id there, and 1 was the handshake. */
function toCallId(id: number): number {
  return id + handshakeId + 1;
}

function next(message: Buffer): OpeningStep {
  const answer = JSON.parse(message.toString()) as { rid?: number; error?: unknown };
  if (answer.rid === handshakeId && answer.error === undefined) return { isOpen: true };
  throw new Error(`SocketCluster does not open: ${message.toString()}`);
}

/** An empty message asks whether anybody is there; answers start with `{"rid"`, all else with `{"event"`. */
function kindOf({ bytes, start, end }: Span): MessageKind {
  if (start === end) return 'ping';
  const letter = bytes[start + 2];
  return letter === 0x72 ? 'reply' : letter === 0x65 ? 'push' : 'other';
}
