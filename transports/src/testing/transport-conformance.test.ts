import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionReceiver } from '../connection.ts';
import { connectionPair } from '../in-memory/connection-pair.ts';
import { defineTransportConformance, type TransportConformanceOptions } from './transport-conformance.ts';

type Sabotage = (connection: Connection) => Partial<Connection>;

/** A connection that behaves like the one it wraps but for what `sabotage` replaces. */
function spoil(connection: Connection, sabotage: Sabotage): Connection {
  const replaced = sabotage(connection);
  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(name in replaced ? replaced : target, name);
      return typeof value === 'function' ? value.bind(name in replaced ? replaced : target) : value;
    },
  });
}

/** The tests of the suite by name, not run yet. */
function collect(sabotage: Sabotage, options: Partial<TransportConformanceOptions> = {}) {
  const tests = new Map<string, () => Promise<void>>();
  const skipped: string[] = [];
  const it = Object.assign((name: string, run: () => Promise<void>) => void tests.set(name, run), {
    skip: (name: string) => void skipped.push(name),
  });
  defineTransportConformance(
    {
      name: 'Spoilt',
      transferFormats: ['Text'],
      keepsFrames: true,
      open: async () => {
        const { client, server } = connectionPair();
        return { client: spoil(client, sabotage), server: spoil(server, sabotage), dispose() {} };
      },
      ...options,
    },
    { describe: (_, define) => define(), it },
  );
  return { tests, skipped };
}

/** Replaces parts of the receiver that a connection is started with. */
const receiving =
  (spoilReceiver: (receiver: ConnectionReceiver) => Partial<ConnectionReceiver>): Sabotage =>
  (connection) => ({
    start: (receiver) => {
      const { onFrame, onDrain, onClose } = receiver;
      connection.start({ onFrame, onDrain, onClose, ...spoilReceiver(receiver) });
    },
  });

const sabotages: readonly [fault: string, test: string, sabotage: Sabotage][] = [
  [
    'sends a frame twice',
    'Text: client to server: frames sent in one turn arrive in order',
    (connection) => ({ send: (frame) => (frame !== '7,' || connection.send(frame)) && connection.send(frame) }),
  ],
  [
    'alters a character',
    'Text: server to client: every character',
    receiving(({ onFrame }) => ({ onFrame: (frame) => onFrame(String(frame).replace('\u2028', '\u2029')) })),
  ],
  [
    'joins frames',
    'Text: client to server: frames keep their borders',
    (connection) => ({ send: (frame) => connection.send(frame === 'a' ? '' : frame === 'bc' ? 'abc' : frame) }),
  ],
  [
    'calls back from inside send',
    'Text: an answer can be sent from inside onFrame',
    (connection) => {
      let owner: ConnectionReceiver | undefined;
      return {
        start: (receiver) => connection.start((owner = receiver)),
        send: (frame) => {
          owner?.onDrain();
          return connection.send(frame);
        },
      };
    },
  ],
  [
    'ends twice',
    'Text: client to server: close at once ends in an orderly way',
    receiving(({ onClose }) => ({
      onClose: (reason) => {
        onClose(reason);
        onClose(reason);
      },
    })),
  ],
  [
    'mistakes whose doing the end was',
    'Text: client to server: what was sent before close arrives, then the end',
    receiving(({ onClose }) => ({
      onClose: (reason) => onClose(reason.kind === 'remote' ? { kind: 'local' } : reason),
    })),
  ],
  [
    'does not pause',
    'Text: client to server: nothing is delivered while paused, and all of it after',
    () => ({ pause() {} }),
  ],
  [
    'knows no back-pressure',
    'Text: client to server: a receiver that is paused holds the sender back',
    (connection) => ({ send: (frame) => connection.send(frame) || true }),
  ],
  [
    'holds the sender back after the end',
    'Text: client to server: after the end every call does nothing',
    (connection) => ({ send: (frame) => connection.send(frame) && false }),
  ],
];

describe('defineTransportConformance', () => {
  it.each(sabotages)('finds a connection that %s', async (_, test, sabotage) => {
    const run = collect(sabotage).tests.get(test);
    const sound = collect(() => ({})).tests.get(test);
    await expect(sound?.()).resolves.toBeUndefined();
    await expect(run?.()).rejects.toBeInstanceOf(Error);
  });

  it('keeps tests that are skipped visible, with the reason', () => {
    const name = 'server to client: carriage returns';
    const { tests, skipped } = collect(() => ({}), { skip: [{ reason: 'line ends', tests: [name] }] });
    expect(skipped).toEqual([`Text: ${name} (line ends)`]);
    expect(tests.has(`Text: ${name}`)).toBe(false);
  });

  it('refuses to skip a test that does not exist', () => {
    expect(() => collect(() => ({}), { skip: [{ reason: 'gone', tests: ['no such test'] }] })).toThrow('no such test');
  });

  it('asks for borders of frames only where they are kept', () => {
    const borders = 'Text: client to server: frames keep their borders';
    expect(collect(() => ({})).tests.has(borders)).toBe(true);
    expect(collect(() => ({}), { keepsFrames: false }).tests.has(borders)).toBe(false);
  });
});
