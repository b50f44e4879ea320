import type { Message } from '../contenders/codec.ts';

const text = 1;
const binary = 2;

/** A whole frame as a client sends it, masked, made before anything is measured. */
export function maskedFrame(message: Message): Buffer {
  return typeof message === 'string' ? makeFrame(text, Buffer.from(message)) : makeFrame(binary, message);
}

/** The answer to the ping of a WebSocket server. */
export function pongFrame(payload: Uint8Array): Buffer {
  return makeFrame(10, payload);
}

function makeFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header === 4) frame.writeUInt16BE(length, 2);
  if (header === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  const mask = [0x5a, 0xc3, 0x17, 0x9e];
  frame.set(mask, header);
  for (let index = 0; index < length; index += 1) {
    frame[header + 4 + index] = payload[index]! ^ mask[index & 3]!;
  }
  return frame;
}
