import assert from 'node:assert/strict';
import { bothWays, frameOf, type ConformanceTest, type Way } from './conformance-test.ts';

/** More than any buffer between two ends on one machine takes. */
const enoughBytes = 128 * 1024 * 1024;
const chunk = 'x'.repeat(32 * 1024);

/** What goes the other way shows that time passed and that the connection lives. */
async function roundTrips({ from, to, transferFormat }: Way): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const { length } = from.bytes;
    to.send(frameOf(transferFormat, 'x'));
    await from.untilBytes(length + 1);
  }
}

function sendUntilFull({ from, transferFormat }: Way): number {
  let sent = 0;
  while (from.send(frameOf(transferFormat, chunk))) {
    sent += chunk.length;
    assert.ok(sent < enoughBytes, `send returned true for ${sent} bytes that nobody takes`);
  }
  return sent + chunk.length;
}

/** Pause, resume and back-pressure. */
export const flowControlTests: readonly ConformanceTest[] = [
  ...bothWays({
    name: 'nothing is delivered while paused, and all of it after',
    async run(way) {
      const { from, to, transferFormat } = way;
      to.pause();
      from.send(frameOf(transferFormat, 'held'));
      await roundTrips(way);
      assert.deepEqual(to.frames, []);
      to.resume();
      await to.untilBytes(4);
      assert.equal(to.text, 'held');
    },
  }),
  ...bothWays({
    name: 'pause from inside onFrame holds the next one',
    needsFrames: true,
    async run(way) {
      const { from, to, transferFormat } = way;
      to.onFrame = () => to.pause();
      for (const frame of ['a', 'b', 'c']) from.send(frameOf(transferFormat, frame));
      await to.untilBytes(1);
      await roundTrips(way);
      assert.equal(to.text, 'a');
      to.resume();
      await to.untilBytes(2);
      to.onFrame = () => {};
      to.resume();
      await to.untilBytes(3);
      assert.equal(to.text, 'abc');
    },
  }),
  ...bothWays({
    name: 'a receiver that is paused holds the sender back',
    async run(way) {
      const { from, to } = way;
      to.pause();
      let sent = 0;
      // What fits into the buffers of the system leaves at once, so it takes several turns to fill them.
      for (let turn = 0; turn < 50; turn++) {
        sent += sendUntilFull(way);
        assert.ok(from.connection.bufferedBytes > 0);
        const { drains } = from;
        if (turn === 0) assert.equal(drains, 0);
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (from.drains === drains) break;
      }
      const { drains } = from;
      to.resume();
      await to.untilBytes(sent);
      await from.until(() => from.drains > drains, 'onDrain');
      assert.equal(from.connection.bufferedBytes, 0);
      assert.equal(from.send(frameOf(way.transferFormat, 'x')), true);
      assert.equal(to.bytes.length >= sent, true);
    },
  }),
];
