import { setTimeout as delay } from 'node:timers/promises';
import { Meter } from '../load/meter.ts';
import { openerOf, openMany } from '../load/open-link.ts';
import { LoadSession } from '../load/session.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

const batch = 64;
const maximumConnections = 3_000;
const settleMs = 300;

/** Connections are opened, 64 at a time, until the time is over; closing them is not measured. */
async function openConnect(context: WorkloadContext): Promise<Workload> {
  const { codec } = context.contender;
  const { port } = context;
  const session = new LoadSession(context, codec);
  const meter = new Meter(context.serverPid);
  const open = openerOf(context.link);
  return {
    measure: async (seconds) => {
      meter.start();
      const end = performance.now() + seconds * 1e3;
      while (performance.now() < end && session.links.length < maximumConnections) {
        const opening = openMany(batch, () => open({ port, codec, onLost: session.fail }));
        session.links.push(...(await session.orFail(opening)));
      }
      const used = meter.stop();
      const count = session.links.length;
      for (const link of session.links.splice(0)) link.close();
      // The server is done with them before the next contender has its turn.
      await delay(settleMs);
      return {
        metrics: { perSecond: count / used.seconds, serverMicros: used.serverMicros / count },
        serverLoad: used.serverMicros / 1e6 / used.seconds,
        generatorLoad: used.ownMicros / 1e6 / used.seconds,
        checked: count,
        counted: count,
      };
    },
    close: async () => session.close(),
  };
}

export const connectScenarios: readonly Scenario[] = [
  {
    name: 'connect',
    title: 'Connecting',
    isInQuick: true,
    about: 'Connections opened 64 at a time: TCP, upgrade, and the handshake of the contender itself.',
    needs: 'broadcast',
    links: ['WebSockets'],
    metrics: ['serverMicros', 'perSecond'],
    operations: 'connections',
    open: openConnect,
  },
];
