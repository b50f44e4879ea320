import { isDeepStrictEqual } from 'node:util';
import type { Entry } from './ledger.ts';
import type { Program, Step } from './program.ts';
import type { Run } from './run-program.ts';

/** What a run did against the order that one connection is promised; nothing when all is well. */
export function disorderOf(run: Run, program: Program): readonly string[] {
  return [
    ...startsOutOfOrder(run, program),
    ...[...program.entries()].flatMap(([index, step]) => [
      ...startsTooEarly(run, program, index),
      ...messagesOutOfOrder(run, step, index),
    ]),
    ...tellsOutOfOrder(run),
  ];
}

/** Calls start as they were made, whatever the methods do; the last one is made by `runProgram`. */
function startsOutOfOrder({ server }: Run, program: Program): readonly string[] {
  const starts = server.filter(({ what }) => what === 'started').map(({ step }) => step);
  return differences('the starts', starts, [...program.keys(), program.length]);
}

/**
 * A call without streams keeps the next one that has none waiting until it is over or asks its client; its messages are
 * then on their way before any of the next one.
 */
function startsTooEarly({ server, wire }: Run, program: Program, index: number): readonly string[] {
  const next = program.findIndex((later, at) => at > index && isPlain(later));
  if (!isPlain(program[index]) || next < 0) return [];
  const ask = server.of(index).find((what) => what.startsWith('ask'));
  if (server.indexOf(next, 'started') < server.indexOf(index, ask ?? 'completion')) {
    return [`step ${next} starts before step ${index} is over`];
  }
  const last = wire.entries.findLastIndex(({ step }) => step === index);
  const first = wire.entries.findIndex(({ step }) => step === next);
  const isMixed = ask === undefined && first >= 0 && last > first;
  return isMixed ? [`messages of step ${next} come before the last of step ${index}`] : [];
}

/** What one call sends arrives as it was sent, with the answer at its end, and so does what it is sent. */
function messagesOutOfOrder({ server, wire, application }: Run, step: Step, index: number): readonly string[] {
  const { method, wantsAnswer, uploads } = step;
  const done = server.of(index);
  const reads = done.filter((what) => what.startsWith('read'));
  const sent = done.filter((what) => what !== 'started' && !reads.includes(what));
  const expected = wantsAnswer ? sent : sent.filter((what) => what !== 'completion');
  const uploaded = method === 'collect' ? Array.from({ length: uploads }, (_, number) => `read ${number}`) : [];
  return [
    ...differences(`the messages of step ${index}`, wire.of(index), expected),
    ...differences(`the uploads of step ${index}`, reads, uploaded),
    ...differences(`what the application sees of step ${index}`, apart(application.of(index)), apart(expected)),
  ];
}

/** What different calls tell their client arrives, and is handled, in the order in which it was sent. */
function tellsOutOfOrder({ server, wire, application }: Run): readonly string[] {
  const isTell = ({ what }: Entry): boolean => what.startsWith('tell');
  const sent = server.filter(isTell);
  return [
    ...differences('all calls of the client', wire.filter(isTell), sent),
    ...differences('all calls that handlers see', application.filter(isTell), sent),
  ];
}

function isPlain(step: Step | undefined): boolean {
  return step?.method === 'sync' || step?.method === 'async';
}

/** Handlers are called at once, while who reads a stream goes on one moment later: each has an order of its own. */
function apart(whats: readonly string[]): readonly (readonly string[])[] {
  const isItem = (what: string): boolean => what.startsWith('item');
  return [whats.filter(isItem), whats.filter((what) => !isItem(what)), whats.slice(-1)];
}

function differences(of: string, seen: readonly unknown[], expected: readonly unknown[]): readonly string[] {
  if (isDeepStrictEqual(seen, expected)) return [];
  return [`${of} are ${JSON.stringify(seen)} and not ${JSON.stringify(expected)}`];
}
