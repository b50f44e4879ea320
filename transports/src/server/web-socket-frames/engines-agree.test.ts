import type { IncomingHttpHeaders } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, chunked, drizzledBytes, frames, lawfulFrames, messageLimit } from './testing/client-bytes.ts';
import { opening, play, upgradeHeaders, type OwnerAction, type Outcome, type Play } from './testing/engine-run.ts';
import { splitServerFrames } from './testing/server-frames.ts';

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
