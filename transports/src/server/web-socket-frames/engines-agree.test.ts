import type { IncomingHttpHeaders } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, someMask, type ClientFrame } from './testing/client-frame.ts';
import { opening, play, upgradeHeaders, type OwnerAction, type Outcome, type Play } from './testing/engine-run.ts';
import { splitServerFrames } from './testing/server-frames.ts';

const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const mask = fc.oneof(
  fc.constant(someMask),
  fc.constant([0, 0, 0, 0]),
  fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
);
/** Short, around where words are unmasked, and around the limit on messages that the tests set. */
const messageLimit = 400;
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
const close: fc.Arbitrary<ClientFrame> = fc.oneof(
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
const lawfulFrames = fc
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
const frames = fc
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
function bytesOf(frames: fc.Arbitrary<ClientFrame[]>, as: 'whole' | 'any' = 'any'): fc.Arbitrary<Buffer> {
  const whole = frames.map((list) => Buffer.concat(list.map(encodeFrame)));
  if (as === 'whole') return whole;
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 3 });
  const flipped = fc.tuple(whole, flips).map(([bytes, turned]) => {
    const turn = (at: number, bit: number) => bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
    for (const [at, bit] of turned) if (bytes.length > 0) turn(at % bytes.length, bit);
    return bytes;
  });
  const trailed = fc.tuple(whole, bytes(10)).map(([bytes, trail]) => Buffer.concat([bytes, trail]));
  return fc.oneof(
    { weight: 5, arbitrary: whole },
    { weight: 2, arbitrary: flipped },
    { weight: 1, arbitrary: trailed },
  );
}

const drizzledBytes = bytesOf(drizzle);

/** Every way to cut bytes into chunks: at some places, or at each. */
function chunked(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer[]> {
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

// The same cases every time; more of them, or others, are tried by hand.
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const scale = Number(process.env['FUZZ_SCALE'] ?? 1);
const settings = (runs: number) => ({ seed, numRuns: runs * scale, endOnFailure: false }) as const;

const options = { maximumFrameBytes: messageLimit, sendBufferBytes: 300 };

async function expectAgreement(scene: Play): Promise<void> {
  const [expected, actual] = await Promise.all([play('ws', scene), play('direct', scene)]);
  expect(actual).toEqual(expected);
}

const action = fc.constantFrom<OwnerAction>('send', 'ping', 'close', 'go away', 'abort');
const actions = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.tuple(fc.nat(4), action), { maxLength: 2 }) },
);

const scene: fc.Arbitrary<Play> = fc.record({
  chunks: chunked(bytesOf(frames)),
  headChunks: fc.nat(1),
  echoes: fc.boolean(),
  atChunk: actions,
  atFrame: actions,
  leaves: fc.constantFrom('fin', 'reset'),
  options: fc.constant(options),
});

const pauses = fc.array(fc.tuple(fc.nat(6), fc.constantFrom<OwnerAction>('pause', 'resume')), { maxLength: 4 });
const lawfulScene: fc.Arbitrary<Play> = fc.record({
  chunks: chunked(
    bytesOf(
      lawfulFrames.map((list) => [...list, { opcode: 8, payload: Buffer.from([3, 232]) }]),
      'whole',
    ),
  ),
  atChunk: pauses,
  atFrame: pauses,
  options: fc.constant(options),
});

/** `ws` goes on with the chunk at hand when it is paused: pings in it are answered earlier, if not otherwise. */
function regardlessOfPauses({ told, sent, ...rest }: Outcome) {
  const answer = sent.indexOf('\r\n\r\n') + 4;
  const frames = splitServerFrames(Buffer.from(sent.slice(answer), 'latin1'));
  const signs = told.filter((each) => each === 'alive').length;
  return { told: told.filter((each) => each !== 'alive'), signs, frames: frames.toSorted(), ...rest };
}

const lengths = [0, 1, 125, 126, 16_384, 16_385, 65_535, 65_536, 65_537];
const frame = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.tuple(fc.constantFrom(...lengths), fc.constantFrom('x', 'é', 'bytes')).map(([length, of]) => {
    if (of === 'bytes') return new Uint8Array(length).fill(length);
    return of.repeat(length / Buffer.byteLength(of));
  }),
);

const valid = upgradeHeaders;
const header = (name: keyof typeof valid, values: readonly (string | undefined)[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(valid[name]) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const keys = [
  '',
  'AAAA',
  'AAAAAAAAAAAAAAAAAAAAAAA=',
  'AAAAAAAAAAAAAAAAAAAA-A==',
  ' AAAAAAAAAAAAAAAAAAAAAA==',
  undefined,
];
const subprotocols = [
  'chat',
  'a, b',
  'a ,b',
  'a,\tb',
  'a,a',
  ',a',
  'a,',
  '',
  ' ',
  'a b',
  'a,,b',
  'é',
  'a/b',
  "!#$%&'*+-.^_`|~",
];
const openingRequest = fc.record({
  method: fc.oneof(
    { weight: 5, arbitrary: fc.constant('GET') },
    { weight: 1, arbitrary: fc.constantFrom('POST', 'get', 'HEAD') },
  ),
  headers: fc.record({
    upgrade: header('upgrade', ['WebSocket', 'WEBSOCKET', 'h2c', 'websocket, h2c', undefined]),
    'sec-websocket-key': header('sec-websocket-key', keys),
    'sec-websocket-version': header('sec-websocket-version', ['8', '12', '14', '', '13, 13', '1', 'x', undefined]),
    'sec-websocket-protocol': fc.option(fc.constantFrom(...subprotocols), { nil: undefined }),
    'sec-websocket-extensions': fc.constantFrom('permessage-deflate', 'x; y=', undefined),
  }),
});

/** What `ws` answers, but for the version: it takes 8 too, and numbers that are written in some other way. */
function expectedOpening(request: { readonly method: string; readonly headers: IncomingHttpHeaders }) {
  const headers = { ...request.headers, 'sec-websocket-version': '12' };
  const isVersionAsked = opening('ws', { ...request, headers }).head.includes('Sec-WebSocket-Version');
  const version13: unknown = expect.stringContaining('\r\nSec-WebSocket-Version: 13');
  if (isVersionAsked && request.headers['sec-websocket-version'] !== '13') return { status: 426, head: version13 };
  const { status, head } = opening('ws', request);
  return status === 101 ? { status, head } : { status };
}

describe('what both engines make of the same bytes', () => {
  it('is the same, whatever comes and however it is cut', async () => {
    await fc.assert(fc.asyncProperty(scene, expectAgreement), settings(1_000));
  }, 60_000);

  it('is the same around the most fragments that a message may have', async () => {
    const scenes = fc.record({ chunks: chunked(drizzledBytes), options: fc.constant(options) });
    await fc.assert(fc.asyncProperty(scenes, expectAgreement), settings(30));
  }, 60_000);

  it('is the same for an owner who pauses, in the end', async () => {
    const property = fc.asyncProperty(lawfulScene, async (scene) => {
      const [expected, actual] = await Promise.all([play('ws', scene), play('direct', scene)]);
      expect(regardlessOfPauses(actual)).toEqual(regardlessOfPauses(expected));
    });
    await fc.assert(property, settings(500));
  }, 60_000);
});

describe('what both engines write', () => {
  it('is the same for every frame, and for one that is sent again', async () => {
    const several = fc.array(fc.tuple(frame, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 4 });
    const scenes = several.map((list) => ({
      chunks: [],
      sends: list.flatMap(([each, times]) => Array.from({ length: times }, () => each)),
    }));
    await fc.assert(fc.asyncProperty(scenes, expectAgreement), settings(300));
  }, 60_000);
});

describe('the opening handshake', () => {
  it('is answered with the same head by both engines, or refused with the same status', () => {
    const property = fc.property(openingRequest, (request) => {
      expect(opening('direct', request)).toMatchObject(expectedOpening(request));
    });
    fc.assert(property, settings(1_000));
  });

  it('takes version 13 alone, and says so', () => {
    const statuses = ['13', '8', '12', '013', '13.0', '', undefined].map(
      (version) => opening('direct', { headers: { ...valid, 'sec-websocket-version': version } }).status,
    );
    expect(statuses).toEqual([101, 426, 426, 426, 426, 426, 426]);
  });
});
