import assert from 'node:assert/strict';
import { bothWays, byteLength, frameOf, type ConformanceTest, type Way } from './conformance-test.ts';

/** All of the Basic Multilingual Plane that may stand alone, but for carriage returns, then some pairs of surrogates. */
function everyCharacter(): string {
  let text = '';
  for (let code = 0; code <= 0xffff; code++) {
    if (code !== 0x0d && (code < 0xd800 || code > 0xdfff)) text += String.fromCharCode(code);
  }
  return `${text}\u{10000}\u{1F600}\u{10FFFF}`;
}

async function arrivesAs(text: string, { to }: Way): Promise<void> {
  await to.untilBytes(byteLength(text));
  assert.equal(to.text, text);
}

async function carries(frames: readonly string[], way: Way): Promise<void> {
  for (const frame of frames) way.from.send(frameOf(way.transferFormat, frame));
  await arrivesAs(frames.join(''), way);
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index},`);

/** Order and content. */
export const deliveryTests: readonly ConformanceTest[] = [
  {
    name: 'says what it is',
    async run({ client, server, transferFormat }) {
      for (const { connection } of [client, server]) {
        assert.ok(connection.transferFormats.includes(transferFormat));
        assert.equal(connection.bufferedBytes, 0);
      }
      assert.equal(client.connection.transport, server.connection.transport);
      assert.equal(client.connection.connectionId, server.connection.connectionId);
      assert.equal(client.connection.hasInherentKeepAlive, server.connection.hasInherentKeepAlive);
    },
  },
  ...bothWays({ name: 'frames sent in one turn arrive in order', run: (way) => carries(numbered(2_000), way) }),
  ...bothWays({
    name: 'frames sent one by one arrive in order',
    async run(way) {
      for (const [index, frame] of numbered(20).entries()) {
        way.from.send(frameOf(way.transferFormat, frame));
        if (index % 5 === 4) await way.to.until(() => way.to.text.endsWith(frame), `frame ${index}`);
      }
      await arrivesAs(numbered(20).join(''), way);
    },
  }),
  {
    name: 'both ends send at the same time',
    async run({ client, server, transferFormat }) {
      const frames = numbered(200);
      for (const frame of frames) {
        client.send(frameOf(transferFormat, `c${frame}`));
        server.send(frameOf(transferFormat, `s${frame}`));
      }
      await arrivesAs(frames.map((frame) => `c${frame}`).join(''), { from: client, to: server, transferFormat });
      await arrivesAs(frames.map((frame) => `s${frame}`).join(''), { from: server, to: client, transferFormat });
    },
  },
  {
    name: 'an answer can be sent from inside onFrame',
    async run({ client, server, transferFormat }) {
      let rounds = 0;
      server.onFrame = (frame) => void server.send(frame);
      client.onFrame = () => ++rounds < 50 && client.send(frameOf(transferFormat, 'x'));
      client.send(frameOf(transferFormat, 'x'));
      await client.until(() => rounds === 50, '50 answers');
    },
  },
  ...bothWays({
    name: 'half records and several at once',
    run: (way) => carries(['{"a', '":1}\x1e{', '}\x1e', '\x1e\x1e{}\x1e'], way),
  }),
  ...bothWays({ name: 'a frame of 512 KiB', run: (way) => carries(['0123456789abcdef'.repeat(32_768)], way) }),
  ...bothWays({ name: 'every character', format: 'Text', run: (way) => carries([everyCharacter()], way) }),
  ...bothWays({
    name: 'a frame that begins with a byte order mark',
    format: 'Text',
    run: (way) => carries(['\uFEFFa', '\uFEFFb'], way),
  }),
  ...bothWays({
    name: 'line feeds',
    format: 'Text',
    run: (way) => carries(['\n', 'a\n\nb\n', '\n\nc', ' d: e\n'], way),
  }),
  ...bothWays({ name: 'carriage returns', format: 'Text', run: (way) => carries(['a\rb\r\nc\r', '\r\n\n'], way) }),
  ...bothWays({
    name: 'every byte',
    format: 'Binary',
    async run({ from, to }) {
      const bytes = Uint8Array.from({ length: 1024 }, (_, index) => (index < 512 ? index : 511 - index) & 0xff);
      from.send(bytes);
      await to.untilBytes(bytes.byteLength);
      assert.deepEqual([...to.bytes], [...bytes]);
    },
  }),
  ...bothWays({
    name: 'frames keep their borders',
    needsFrames: true,
    async run(way) {
      const frames = ['a', 'bc', 'def', 'g'.repeat(100_000), 'h'];
      await carries(frames, way);
      assert.deepEqual(
        way.to.frames.map((frame) => frame.length),
        frames.map((frame) => frame.length),
      );
    },
  }),
  {
    name: 'frames that came before start are delivered after it',
    isUnstarted: true,
    async run({ client, server, transferFormat }) {
      client.start();
      client.send(frameOf(transferFormat, 'early'));
      server.send(frameOf(transferFormat, 'x'));
      await client.untilBytes(1);
      await arrivesAs('early', { from: client, to: server.start(), transferFormat });
    },
  },
];
