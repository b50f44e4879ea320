/** A frame as a client may send it, right or wrong. */
export interface ClientFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly isFinal?: boolean;
  /** The three bits after the first. */
  readonly reserved?: number;
  /** `undefined`: not masked. */
  readonly mask?: readonly number[] | undefined;
  /** How the length is written. @default as short as it can be */
  readonly lengthForm?: 'shortest' | '16 bits' | '64 bits';
  /** What the length says, where that is a lie. */
  readonly claimedLength?: bigint;
}

export const someMask: readonly number[] = [0x37, 0xfa, 0x21, 0x3d];

/** RFC 6455, section 5.2, written anew for the tests. */
export function encodeFrame(frame: ClientFrame): Buffer {
  const { opcode, payload, isFinal = true, reserved = 0, lengthForm = 'shortest' } = frame;
  const mask = 'mask' in frame ? frame.mask : someMask;
  const length = frame.claimedLength ?? BigInt(payload.length);
  const maskBit = mask === undefined ? 0 : 0x80;
  const head = [(isFinal ? 0x80 : 0) | (reserved << 4) | opcode];
  if (lengthForm === '64 bits' || length > 0xffffn) head.push(maskBit | 127, ...bigEndian(length, 8));
  else if (lengthForm === '16 bits' || length > 125n) head.push(maskBit | 126, ...bigEndian(length, 2));
  else head.push(maskBit | Number(length));
  const masked = Buffer.from(payload).map((byte, place) => byte ^ (mask?.[place % 4] ?? 0));
  return Buffer.concat([Buffer.from(head), Buffer.from(mask ?? []), masked]);
}

function bigEndian(value: bigint, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, place) => Number((value >> BigInt(8 * (bytes - 1 - place))) & 0xffn));
}
