import { Decoder, Encoder } from 'socket.io-msgpack-parser';
import type { Codec, Message, MessageKind, OpeningStep, Span } from '../codec.ts';

interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly id?: number;
  readonly data?: unknown;
}

const packetType = { connect: 0, event: 2, acknowledgement: 3 };
const unanswered = new Set(['broadcast', 'sendToGroup']);
const typeKey = Buffer.from('\u00a4type', 'latin1');

/** The packets of Socket.IO in MessagePack; engine.io's own stay text. */
export const socketIoMsgpackCodec: Codec = {
  path: '/socket.io/?EIO=4&transport=websocket',
  broadcastsUnanswered: true,
  opening: { next },
  pong: () => '3',
  call: ({ id, method, arguments: args }) =>
    encode({
      type: packetType.event,
      nsp: '/',
      ...(!unanswered.has(method) && { id }),
      data: [method, ...args],
    }),
  scan: (frame, visit) => visit(kindOf(frame), frame),
  readReply: (message) => {
    const packet = decode(message);
    return { id: Number(packet.id), value: (packet.data as unknown[])[0] };
  },
  readPush: (message) => (decode(message).data as unknown[])[1],
};

function encode(packet: Packet): Message {
  const parts = new Encoder().encode(packet) as unknown as readonly Uint8Array[];
  return parts[0]!;
}

function decode(bytes: Buffer): Packet {
  const packets: Packet[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet: unknown) => packets.push(packet as Packet));
  decoder.add(bytes);
  return packets[0]!;
}

function next(message: Buffer): OpeningStep {
  if (message[0] === 0x30) return { send: encode({ type: packetType.connect, nsp: '/' }) };
  if (decode(message).type === packetType.connect) return { isOpen: true };
  throw new Error('Socket.IO does not open.');
}

function kindOf({ bytes, start, end }: Span): MessageKind {
  if (bytes[start] === 0x32 && end === start + 1) return 'ping';
  if (bytes[start]! < 0x80) return 'other';
  const type = bytes[bytes.indexOf(typeKey, start) + typeKey.length];
  return type === packetType.acknowledgement ? 'reply' : type === packetType.event ? 'push' : 'other';
}
