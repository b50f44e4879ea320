import type { Codec, MessageKind, OpeningStep, Span } from '../codec.ts';

const unanswered = new Set(['broadcast', 'sendToGroup']);

/** Socket.IO's own encoding: engine.io's digit, then the parser's digit and the id, then JSON. */
export const socketIoCodec: Codec = {
  path: '/socket.io/?EIO=4&transport=websocket',
  broadcastsUnanswered: true,
  opening: { next },
  pong: () => '3',
  call: ({ id, method, arguments: args }) => {
    const packet = unanswered.has(method) ? '42' : `42${id}`;
    return packet + JSON.stringify([method, ...args]);
  },
  scan: (frame, visit) => visit(kindOf(frame), frame),
  readReply: (message) => {
    const text = message.toString();
    const bracket = text.indexOf('[');
    return { id: Number(text.slice(2, bracket)), value: (JSON.parse(text.slice(bracket)) as unknown[])[0] };
  },
  readPush: (message) => (JSON.parse(message.toString('utf8', 2)) as unknown[])[1],
};

function next(message: Buffer): OpeningStep {
  const text = message.toString();
  if (text.startsWith('0')) return { send: '40' };
  if (text.startsWith('40')) return { isOpen: true };
  throw new Error(`Socket.IO does not open: ${text}`);
}

function kindOf({ bytes, start }: Span): MessageKind {
  const first = bytes[start];
  if (first === 0x32) return 'ping';
  if (first !== 0x34) return 'other';
  const second = bytes[start + 1];
  return second === 0x33 ? 'reply' : second === 0x32 ? 'push' : 'other';
}
