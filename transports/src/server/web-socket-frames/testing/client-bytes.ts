import * as fc from 'fast-check';

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

const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const mask = fc.oneof(
  fc.constant(someMask),
  fc.constant([0, 0, 0, 0]),
  fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
);
/** Short, around where words are unmasked, and around the limit on messages that the tests set. */
export const messageLimit = 400;
const size = fc.oneof(
  fc.nat(12),
  fc.integer({ min: 120, max: 140 }),
  fc.integer({ min: messageLimit - 3, max: messageLimit + 3 }),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map((value) => Buffer.from(value)),
  size.map((length) => Buffer.alloc(length, 'abc')),
  size.map((length) => Buffer.from(`${'x'.repeat(Math.max(0, length - 2))}é`)),
  // Not quite UTF-8: cut, overlong, a surrogate, above the last character.
  fc
    .constantFrom('c3', 'c0af', 'eda080', 'f4908080', 'f0908d', 'ff', '80', 'e282')
    .map((hex) => Buffer.from(hex, 'hex')),
  bytes(12).map((value) => Buffer.from(value)),
);
const control: fc.Arbitrary<ClientFrame> = fc.record({
  opcode: fc.constantFrom(opcodes.ping, opcodes.pong),
  payload: fc.oneof(bytes(10), fc.constant(new Uint8Array(125).fill(7))),
  mask,
});

/** A message in fragments, with control frames between them. */
const fragments = fc
  .record({
    opcode: fc.constantFrom(opcodes.text, opcodes.binary),
    parts: fc.array(fc.oneof(text, fc.constant(Buffer.alloc(0))), { minLength: 2, maxLength: 5 }),
    between: fc.array(fc.option(control, { nil: undefined }), { minLength: 5, maxLength: 5 }),
    mask,
  })
  .map(({ opcode, parts, between, mask }) =>
    parts.flatMap((payload, place): ClientFrame[] => {
      const isFinal = place === parts.length - 1;
      const frame = { opcode: place === 0 ? opcode : 0, payload, isFinal, mask };
      const guest = isFinal ? undefined : between[place];
      return guest === undefined ? [frame] : [frame, guest];
    }),
  );

/** One character of several bytes, cut into fragments in the middle. */
const cutCharacter = fc.constantFrom(1, 2, 3).map((at): ClientFrame[] => {
  const whole = Buffer.from('😀');
  return [
    { opcode: opcodes.text, payload: whole.subarray(0, at), isFinal: false },
    { opcode: 0, payload: whole.subarray(at) },
  ];
});

const closeCode = fc.oneof(
  fc.nat(5_100),
  fc.constantFrom(1000, 1001, 1004, 1005, 1006, 1011, 1015, 3000, 4999, 5000),
  fc.nat(0xffff),
);
export const close: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.constant({ opcode: opcodes.close, payload: new Uint8Array(0) }),
  fc.constant({ opcode: opcodes.close, payload: new Uint8Array(1) }),
  fc
    .tuple(
      closeCode,
      fc.oneof({ weight: 3, arbitrary: fc.constant(Buffer.from('bye')) }, { weight: 1, arbitrary: text }),
    )
    .map(([code, reason]) => ({
      opcode: opcodes.close,
      payload: Buffer.concat([Buffer.from([code >> 8, code & 0xff]), reason]),
    })),
);

/** Anything that has the outline of a frame. */
const wild: fc.Arbitrary<ClientFrame> = fc.record({
  opcode: fc.nat(15),
  payload: bytes(20),
  isFinal: fc.boolean(),
  reserved: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
  mask: fc.option(mask, { nil: undefined, freq: 8 }),
  lengthForm: fc.constantFrom('shortest', '16 bits', '64 bits'),
});
const liar: fc.Arbitrary<ClientFrame> = fc.record({
  opcode: fc.constantFrom(opcodes.text, opcodes.binary, opcodes.ping),
  payload: bytes(20),
  claimedLength: fc.oneof(
    fc.bigInt({ min: 0n, max: 500n }),
    fc.constantFrom(2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
  ),
});

const message: fc.Arbitrary<ClientFrame[]> = fc
  .record({ opcode: fc.constantFrom(opcodes.text, opcodes.binary), payload: text, mask })
  .map((frame) => [frame]);
/** Around the most fragments that a message may have. */
const drizzle = fc.integer({ min: 1_022, max: 1_026 }).map((count): ClientFrame[] =>
  Array.from({ length: count }, (_, place) => ({
    opcode: place === 0 ? opcodes.binary : 0,
    payload: new Uint8Array(place % 4 === 0 ? 1 : 0),
    isFinal: place === count - 1,
  })),
);

/** Frames that nobody can object to, closes aside. */
export const lawfulFrames = fc
  .array(
    fc.oneof(
      fc
        .record({
          opcode: fc.constantFrom(opcodes.text, opcodes.binary),
          payload: fc.string({ unit: 'binary', maxLength: 20 }),
        })
        .map(({ opcode, payload }): ClientFrame[] => [{ opcode, payload: Buffer.from(payload) }]),
      control.map((frame) => [frame]),
      cutCharacter,
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.flat());

/** Frames that are lawful for a while, as a rule. */
export const frames = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: message },
      { weight: 4, arbitrary: fragments },
      { weight: 3, arbitrary: control.map((frame) => [frame]) },
      { weight: 2, arbitrary: cutCharacter },
      { weight: 2, arbitrary: close.map((frame) => [frame]) },
      { weight: 1, arbitrary: wild.map((frame) => [frame]) },
      { weight: 1, arbitrary: liar.map((frame) => [frame]) },
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.flat());

/** Bytes with some bits turned over, cut short, or with some that belong to nothing behind them. */
export function bytesOf(frames: fc.Arbitrary<ClientFrame[]>, as: 'whole' | 'any' = 'any'): fc.Arbitrary<Buffer> {
  const whole = frames.map((list) => Buffer.concat(list.map(encodeFrame)));
  if (as === 'whole') return whole;
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 3 });
  const flipped = fc.tuple(whole, flips).map(([bytes, turned]) => {
    for (const [at, bit] of turned) if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << bit;
    return bytes;
  });
  const trailed = fc.tuple(whole, bytes(10)).map(([bytes, trail]) => Buffer.concat([bytes, trail]));
  return fc.oneof(
    { weight: 5, arbitrary: whole },
    { weight: 2, arbitrary: flipped },
    { weight: 1, arbitrary: trailed },
  );
}

export const drizzledBytes = bytesOf(drizzle);

/** Every way to cut bytes into chunks: at some places, or at each. */
export function chunked(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer[]> {
  const places = fc.oneof(fc.array(fc.nat(), { maxLength: 6 }), fc.constant('all' as const));
  return fc.tuple(bytes, places).map(([whole, chosen]) => {
    const everywhere = chosen === 'all' && whole.length <= 80;
    const cuts = everywhere
      ? Array.from(whole.keys())
      : [...new Set(chosen === 'all' ? [] : chosen.map((place) => place % (whole.length + 1)))].toSorted(
          (a, b) => a - b,
        );
    return [0, ...cuts]
      .map((start, index) => whole.subarray(start, cuts[index] ?? whole.length))
      .filter(({ length }) => length > 0);
  });
}
