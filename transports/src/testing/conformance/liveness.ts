import assert from 'node:assert/strict';
import { bothWays, frameOf, type ConformanceTest } from './conformance-test.ts';

/** Signs of life below the frames. A transport that cannot ask for them says so, and nothing is expected of it. */
export const livenessTests: readonly ConformanceTest[] = bothWays({
  name: 'a ping is answered, each one, beside the frames',
  async run({ from, to, transferFormat }) {
    for (let count = 1; count <= 3; count++) {
      if (from.ping()) await from.until(() => from.signsOfLife >= count, `sign of life ${count}`);
      from.send(frameOf(transferFormat, `${count}`));
      await to.untilBytes(count);
    }
    assert.equal(to.text, '123');
    assert.deepEqual(from.frames, []);
  },
});
