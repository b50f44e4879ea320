import type { Codec, MessageKind } from '../codec.ts';

/** `/echo` of the reference: what is sent is the payload alone. The id of a call is what the payload starts with. */
export const echoCodec: Codec = {
  path: '/echo',
  call: (call) => String(call.arguments[0]),
  scan: (frame, visit) => visit('reply', frame),
  readReply: (message) => {
    const value = message.toString();
    return { id: Number.parseInt(value, 10), value };
  },
  readPush: (message) => message.toString(),
};

const commands = {
  echo: 'e',
  broadcast: 'b',
  subscribe: 's',
  join: 'j',
  sendToGroup: 'g',
  download: 'd',
  upload: 'u',
} as const;

/** `/room` of the reference: one letter for the command, the rest is the payload. */
export const roomCodec: Codec = {
  path: '/room',
  broadcastsUnanswered: true,
  call: (call) => `${commands[call.method]} ${call.arguments.join(' ')}`,
  upload: (_id, text) => ({ start: 'n ', item: `u ${text}`, end: 'z ' }),
  scan: (frame, visit) => visit(kindOf(frame.bytes[frame.start]), frame),
  readReply,
  readItem: readReply,
  readPush: (message) => message.toString('latin1', 1),
};

function kindOf(first: number | undefined): MessageKind {
  return first === 0x70 ? 'push' : first === 0x69 ? 'item' : 'reply';
}

function readReply(message: Buffer): { id: number; value: string } {
  return { id: 0, value: message.toString('latin1', 3) };
}
