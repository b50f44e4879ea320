/** What a hub server has done so far, as of now. Totals only grow; `open` and `running` go back to zero. */
export interface HubCounters {
  /** Connections that were accepted, those in their handshake included. */
  readonly connections: { readonly open: number; readonly total: number };
  /** Messages from and to clients, pings aside; `dropped` are those that a policy for full queues left out. */
  readonly messages: { readonly received: number; readonly sent: number; readonly dropped: number };
  /** Calls of hub methods, streams included; a failed one is counted in `total` too. */
  readonly invocations: { readonly running: number; readonly total: number; readonly failed: number };
  /** Clients that were let go because they did not read. */
  readonly slowConsumers: number;
  /** How often what went wrong, by error code; `HubException` and `unexpected` stand for errors without one. */
  readonly errors: Readonly<Record<string, number>>;
  /** How often which limit bit, by the name of its option. */
  readonly limits: Readonly<Record<string, number>>;
}

/** The sums over several hubs. */
export function sumCounters(all: readonly HubCounters[]): HubCounters {
  const sum = (pick: (counters: HubCounters) => number): number => all.reduce((total, each) => total + pick(each), 0);
  return {
    connections: { open: sum((each) => each.connections.open), total: sum((each) => each.connections.total) },
    messages: {
      received: sum((each) => each.messages.received),
      sent: sum((each) => each.messages.sent),
      dropped: sum((each) => each.messages.dropped),
    },
    invocations: {
      running: sum((each) => each.invocations.running),
      total: sum((each) => each.invocations.total),
      failed: sum((each) => each.invocations.failed),
    },
    slowConsumers: sum((each) => each.slowConsumers),
    errors: sumByName(all.map(({ errors }) => errors)),
    limits: sumByName(all.map(({ limits }) => limits)),
  };
}

function sumByName(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [name, count] of all.flatMap((each) => Object.entries(each))) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
