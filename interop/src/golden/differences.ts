import type { ComparableEntry } from './comparable.ts';

/** Where Hubwire means to say something else than ASP.NET Core. `docs/compatibility.md` explains each. */
export interface Difference {
  readonly reason: string;
  readonly scenarios: readonly (string | RegExp)[];
  /** What Hubwire says instead. */
  says(golden: readonly ComparableEntry[]): readonly ComparableEntry[];
}

const differences: readonly Difference[] = [
  {
    reason: 'an unknown message type is ignored, as the specification has it; SignalR reads nothing more',
    scenarios: ['malformed: a message of an unknown type'],
    says: (golden) => [...golden.slice(0, -1), { type: 3, invocationId: 'probe', result: 'alive' }],
  },
  {
    reason: 'an unknown message type is ignored, as the specification has it; SignalR reads nothing more',
    scenarios: ['malformed: a message of an unknown type before a call in one frame'],
    says: (golden) => [
      ...golden.slice(0, -1),
      { type: 3, invocationId: '2', result: 2 },
      { type: 3, invocationId: 'probe', result: 'alive' },
    ],
  },
  {
    reason: 'a cancelled call ends at once; ASP.NET Core 10 ignores the cancellation',
    scenarios: ['call: cancelled while it runs'],
    says: (golden) => [...golden.slice(0, 2), { type: 1, target: 'LongRunningCanceled', arguments: [] }],
  },
  {
    reason: 'an unknown method is named as such; SignalR reports that its arguments cannot be bound',
    scenarios: ['call: of an unknown method', 'call: of a method that is not exposed', 'stream: of an unknown method'],
    says: replaceError(/^Failed to invoke ('.*') due to .* Method does not exist\.$/, 'Unknown hub method $1'),
  },
  {
    reason: 'a method that returns nothing completes without a result; SignalR gives null',
    scenarios: ['call: no result', 'call: that calls the client first'],
    says: (golden) => golden.map((entry) => (entry['result'] === null ? without('result', entry) : entry)),
  },
  {
    reason: 'a handshake that is too large is refused at once; SignalR waits for its timeout',
    scenarios: ['handshake: larger than a message may be'],
    says: replaceError(/^Handshake was canceled\.$/, 'An unexpected error occurred during connection handshake.'),
  },
  {
    reason: 'what a client answers is not checked, as types do not exist at run time',
    scenarios: ['client result: the client answers a result of another type'],
    says: (golden) =>
      golden.map((entry) => ('error' in entry ? { ...without('error', entry), result: { not: 'text' } } : entry)),
  },
  {
    reason: 'what a client answers is not checked, as types do not exist at run time',
    scenarios: ['client result: the client answers nothing'],
    says: (golden) => golden.map((entry) => without('error', entry)),
  },
  {
    reason: 'refused by a schema before the call, where the reference server throws in the method',
    scenarios: ['call: whose argument is refused'],
    says: replaceError(
      /^An unexpected error occurred invoking 'Validated' on the server\. .*$/,
      "Failed to invoke 'Validated' due to an error on the server.",
    ),
  },
];

/** The first that is about this scenario. */
export function differenceOf(scenario: string): Difference | undefined {
  const covers = (pattern: string | RegExp): boolean =>
    typeof pattern === 'string' ? pattern === scenario : pattern.test(scenario);
  return differences.find(({ scenarios }) => scenarios.some(covers));
}

function replaceError(pattern: RegExp, replacement: string): Difference['says'] {
  return (golden) =>
    golden.map((entry) => {
      const { error } = entry;
      return typeof error === 'string' ? { ...entry, error: error.replace(pattern, replacement) } : entry;
    });
}

function without(member: string, entry: ComparableEntry): ComparableEntry {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== member));
}
