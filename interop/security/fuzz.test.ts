import * as fc from 'fast-check';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HubSocket } from './testing/hub-socket.ts';
import { clientFrame, upgradeRequest, type RawSocket } from './testing/raw-socket.ts';
import { turns } from './testing/turns.ts';
import { Victim } from './testing/victim.ts';

// The same cases every time; another seed is tried by hand.
const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_115);
const settings = (numRuns: number) => ({ seed, numRuns, endOnFailure: true }) as const;
const recordSeparator = '\u001E';
const pong = { kind: 'result', result: 'pong' };

let victim: Victim;
let bystander: HubSocket;
beforeAll(async () => {
  victim = await Victim.start({
    expectsErrors: true,
    negotiatedTimeoutMs: 500,
    disconnectTimeoutMs: 500,
    handshakeTimeoutMs: 500,
    requestTimeoutMs: 500,
    maximumStreams: 5,
    maximumQueuedInvocations: 10,
    jsonRpc: true,
    // Now at once, now later: a client may be gone by then.
    authenticate: async ({ url = '' }) => {
      await turns(Math.max(0, (url.length % 10) - 5));
      return null;
    },
  });
  bystander = await victim.client();
});

/** What every attack has to leave as it was: the server, its other connections, and in the end their number. */
async function expectUnharmed(): Promise<void> {
  expect(await bystander.call('ping')).toEqual(pong);
}

afterAll(async () => {
  await victim.whenConnected(1);
  await victim.whenSockets(1);
  await expectUnharmed();
  // Fails for anything that was not handled anywhere.
  await victim[Symbol.asyncDispose]();
});

const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '__proto__', 'constructor', '%', '%00', '\u0000', 'null', '-1', '1e999', 'x'.repeat(9_000)),
);
/** Nothing that would end a line of HTTP: what comes then is tried by cutting bytes. */
const token = noise.map((text) => encodeURIComponent(text).slice(0, 12_000));
const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'QUERY');
const path = fc.constantFrom(
  '/hub',
  '/hub/',
  '/hub/negotiate',
  '/hub/negotiate/',
  '//hub',
  '/hub/x',
  'http://x/hub',
  '*',
);
const parameter = fc.tuple(fc.constantFrom('id', 'ID', 'i%64', 'access_token', 'negotiateVersion', 'id[]', 'x'), token);
const header = fc.oneof(
  fc.constantFrom(
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Version: 0',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Key: x',
    'Sec-WebSocket-Extensions: constructor',
    'Accept: text/event-stream',
    'Content-Length: 3',
    'Content-Length: 99999999999',
    'Transfer-Encoding: chunked',
    'Expect: 100-continue',
    'Origin: null',
    'Authorization: Bearer ',
    'Access-Control-Request-Method: POST',
  ),
  token.map((value) => `X-Noise: ${value}`),
);
const request = fc.record({
  method,
  path,
  parameters: fc.array(parameter, { maxLength: 4 }),
  /** Whether the id is that of a connection. */
  isKnown: fc.boolean(),
  headers: fc.uniqueArray(header, { maxLength: 7 }),
  body: noise,
  /** How much of it is sent before the line is cut; more than there is waits for an answer. */
  length: fc.oneof(fc.nat(400), fc.constant(Infinity)),
});

type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

function textOf(request: Request, known: string): string {
  const { method, path, parameters, isKnown, headers, body } = request;
  const query = parameters.map(([name, value]) => `${name}=${value}`);
  const own = isKnown ? [known.slice(known.indexOf('?') + 1)] : [];
  const target = `${path}?${[...own, ...query].join('&')}`;
  return [`${method} ${target} HTTP/1.1`, 'Host: x', ...headers, '', body].join('\r\n');
}

describe('anything that kills the process', () => {
  it('is in no request: negotiate, upgrade, poll, event stream, POST, DELETE', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), async (requests) => {
        const known = await victim.negotiate();
        const sockets: RawSocket[] = [];
        for (const each of requests) {
          const socket = await victim.raw();
          sockets.push(socket);
          const text = textOf(each, known);
          await socket.write(text.slice(0, each.length));
          if (each.length > text.length && /^(?:GET|PUT|HEAD) /u.test(text)) await answered(socket);
        }
        await expectUnharmed();
        for (const [index, socket] of sockets.entries()) {
          if (index % 2 === 0) socket.reset();
          else socket.cut();
        }
      }),
      settings(300),
    );
  });

  it('is in no handshake and no JSON message', { timeout: 60_000 }, async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('1', '__proto__', 'echo', 'collect', 'count'),
    );
    const names = [
      'type',
      'target',
      'arguments',
      'invocationId',
      'streamIds',
      'item',
      'result',
      'error',
      'headers',
      'sequenceId',
    ];
    const names2 = ['jsonrpc', 'method', 'params', 'id', '__proto__', 'allowReconnect', 'protocol', 'version'];
    const message = fc
      .record({ type: fc.oneof(fc.nat(10), value), rest: fc.dictionary(fc.constantFrom(...names, ...names2), value) })
      .map(({ type, rest }) => JSON.stringify({ ...rest, type }));
    const call = fc
      .record({
        type: fc.constantFrom(1, 4),
        invocationId: fc.constantFrom('1', '2', '3'),
        target: fc.constantFrom(
          'echo',
          'count',
          'endless',
          'collect',
          'ignore',
          'hang',
          'ask',
          'leak',
          'circle',
          'deep',
          'constructor',
        ),
        arguments: fc.array(fc.oneof(fc.nat(100), value), { maxLength: 3 }),
        streamIds: fc.subarray(['1', '2', '3']),
      })
      .map((fields) => JSON.stringify(fields));
    const frame = fc
      .array(fc.oneof(message, call, noise, fc.constantFrom('{"type":6}', '{"type":7}', '[]', '{')), { maxLength: 5 })
      .map((records) => records.join(recordSeparator));
    const session = fc.record({
      shakesHands: fc.boolean(),
      frames: fc.array(frame, { maxLength: 8 }),
      isText: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(session, async ({ shakesHands, frames, isText }) => {
        const client = await victim.client({ shakesHands });
        for (const text of frames)
          client.sendFrame(isText ? text + recordSeparator : Buffer.from(text + recordSeparator));
        await expectUnharmed();
        client.cut();
      }),
      settings(400),
    );
  });

  it('is in no MessagePack message', { timeout: 60_000 }, async () => {
    const protocol = new MessagePackHubProtocol();
    const seeds = [
      protocol.writeMessage({
        type: 1,
        invocationId: '1',
        target: 'echo',
        arguments: [{ a: [1.5, -1, null, true, 'ä'] }],
      }),
      protocol.writeMessage({ type: 1, invocationId: '2', target: 'collect', arguments: [], streamIds: ['1'] }),
      protocol.writeMessage({ type: 2, invocationId: '1', item: new Date(0) }),
      protocol.writeMessage({ type: 3, invocationId: '1', outcome: { kind: 'result', result: new Uint8Array(9) } }),
      protocol.writeMessage({ type: 4, invocationId: '3', target: 'count', arguments: [3] }),
      protocol.writeMessage({ type: 7, error: 'x', allowReconnect: true }),
    ];
    // Good messages with some bytes turned into others reach further than noise.
    const damage = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 3 });
    const damaged = fc.tuple(fc.constantFrom(...seeds), damage).map(([message, places]) => {
      const bytes = Uint8Array.from(message);
      for (const [index, byte] of places) bytes[index % bytes.length] = byte;
      return bytes;
    });
    const payload = fc.oneof(damaged, fc.uint8Array({ maxLength: 60 }));
    const framing = fc.oneof(
      { weight: 5, arbitrary: payload.map((bytes) => Buffer.concat([Uint8Array.of(bytes.length), bytes])) },
      { weight: 1, arbitrary: payload.map((bytes) => Buffer.from(bytes)) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(framing, { minLength: 1, maxLength: 10 }), fc.boolean(), async (frames, isOne) => {
        const client = await victim.client({ protocol });
        for (const frame of isOne ? [Buffer.concat(frames)] : frames) client.sendFrame(frame);
        await expectUnharmed();
        client.cut();
      }),
      settings(400),
    );
  });

  it('is in no WebSocket frame', { timeout: 60_000 }, async () => {
    const frame = fc
      .record({
        opcode: fc.nat(255),
        payload: fc.uint8Array({ maxLength: 200 }),
        isFinal: fc.boolean(),
        isRaw: fc.boolean(),
      })
      .map(({ opcode, payload, isFinal, isRaw }) => (isRaw ? payload : clientFrame(opcode & 0x7f, payload, isFinal)));
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 6 }), fc.boolean(), async (frames, isEarly) => {
        const socket = await victim.raw();
        const bytes = Buffer.concat(frames);
        // Frames may come in one packet with the request that opens the socket.
        if (isEarly) await socket.write(Buffer.concat([Buffer.from(upgradeRequest('/hub')), bytes]));
        else {
          await socket.openHub();
          await socket.write(bytes);
        }
        await expectUnharmed();
        socket.cut();
      }),
      settings(300),
    );
  });
});

/** A request that is complete gets an answer, or its socket is closed. */
async function answered(socket: RawSocket): Promise<void> {
  await Promise.race([
    socket.until('HTTP/1.1 ', 'an answer comes').catch(() => {}),
    socket.closed('the socket closes'),
  ]);
}
