import assert from 'node:assert/strict';
import { TransportError } from '../../errors.ts';
import { bothWays, frameOf, type ConformanceTest, type RecordedPair } from './conformance-test.ts';

const aborted = () => new TransportError('TRANSPORT_ABORTED', 'The test did it.');

/** However one end left, the other end learns of it, once, and not as its own doing. */
async function bothEnd({ client, server }: Pick<RecordedPair, 'client' | 'server'>): Promise<void> {
  await Promise.all([client.untilClosed(), server.untilClosed()]);
}

/** Close and abort, in every state. */
export const endingTests: readonly ConformanceTest[] = [
  ...bothWays({
    name: 'what was sent before close arrives, then the end',
    async run({ from, to, transferFormat }) {
      for (let index = 0; index < 100; index++) from.send(frameOf(transferFormat, `${index % 10}`));
      from.close();
      assert.deepEqual(await to.untilClosed(), { kind: 'remote' });
      assert.deepEqual(await from.untilClosed(), { kind: 'local' });
      assert.equal(to.text, '0123456789'.repeat(10));
    },
  }),
  ...bothWays({
    name: 'close at once ends in an orderly way',
    async run({ from, to }) {
      from.close();
      assert.deepEqual(await to.untilClosed(), { kind: 'remote' });
      assert.deepEqual(await from.untilClosed(), { kind: 'local' });
    },
  }),
  ...bothWays({
    name: 'close of an end that goes away is as orderly',
    async run({ from, to, transferFormat }) {
      from.send(frameOf(transferFormat, 'bye'));
      from.close({ goingAway: true });
      assert.deepEqual(await to.untilClosed(), { kind: 'remote' });
      assert.deepEqual(await from.untilClosed(), { kind: 'local' });
      assert.equal(to.text, 'bye');
    },
  }),
  ...bothWays({
    name: 'abort ends both, with the error on this end',
    async run({ from, to, transferFormat }) {
      from.send(frameOf(transferFormat, 'perhaps lost'));
      const error = aborted();
      from.abort(error);
      assert.deepEqual(await from.untilClosed(), { kind: 'failed', error });
      assert.notEqual((await to.untilClosed()).kind, 'local');
    },
  }),
  {
    name: 'both ends close at the same time',
    async run({ client, server }) {
      client.close();
      server.close();
      await bothEnd({ client, server });
    },
  },
  ...bothWays({
    name: 'close from inside onFrame',
    async run({ from, to, transferFormat }) {
      to.onFrame = () => to.close();
      from.send(frameOf(transferFormat, 'x'));
      assert.deepEqual(await to.untilClosed(), { kind: 'local' });
      assert.deepEqual(await from.untilClosed(), { kind: 'remote' });
    },
  }),
  ...bothWays({
    name: 'abort from inside onFrame',
    async run({ from, to, transferFormat }) {
      const error = aborted();
      to.onFrame = () => to.abort(error);
      from.send(frameOf(transferFormat, 'x'));
      assert.deepEqual(await to.untilClosed(), { kind: 'failed', error });
      assert.equal(to.frames.length, 1);
      assert.notEqual((await from.untilClosed()).kind, 'local');
    },
  }),
  ...bothWays({
    name: 'close while paused',
    async run({ from, to }) {
      from.pause();
      from.close();
      assert.deepEqual(await from.untilClosed(), { kind: 'local' });
      assert.deepEqual(await to.untilClosed(), { kind: 'remote' });
    },
  }),
  ...bothWays({
    name: 'abort while paused',
    async run({ from, to }) {
      from.pause();
      const error = aborted();
      from.abort(error);
      assert.deepEqual(await from.untilClosed(), { kind: 'failed', error });
      await to.untilClosed();
    },
  }),
  ...bothWays({
    name: 'close before start is told after it',
    isUnstarted: true,
    async run({ from, to }) {
      to.start();
      from.close();
      assert.deepEqual(await to.untilClosed(), { kind: 'remote' });
      assert.deepEqual(await from.start().untilClosed(), { kind: 'local' });
    },
  }),
  ...bothWays({
    name: 'abort before start is told after it',
    isUnstarted: true,
    async run({ from, to }) {
      to.start();
      const error = aborted();
      from.abort(error);
      await to.untilClosed();
      assert.deepEqual(await from.start().untilClosed(), { kind: 'failed', error });
    },
  }),
  ...bothWays({
    name: 'abort while closing ends it, once',
    async run({ from, to, transferFormat }) {
      from.send(frameOf(transferFormat, 'x'.repeat(1000)));
      from.close();
      from.abort(aborted());
      await bothEnd({ client: from, server: to });
      assert.notEqual(from.closeReason?.kind, 'remote');
      assert.notEqual(to.closeReason?.kind, 'local');
    },
  }),
  ...bothWays({
    name: 'after the end every call does nothing',
    async run({ from, to, transferFormat }) {
      from.close();
      await bothEnd({ client: from, server: to });
      for (const end of [from, to]) {
        assert.equal(end.send(frameOf(transferFormat, 'late')), true);
        assert.equal(end.connection.bufferedBytes, 0);
        assert.equal(end.ping(), false);
        end.pause();
        end.resume();
        end.close();
        end.abort(aborted());
      }
    },
  }),
];
