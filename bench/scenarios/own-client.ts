import { setTimeout as delay } from 'node:timers/promises';
import type { OwnClient } from '../contenders/contender.ts';
import { Meter } from '../load/meter.ts';
import { payload } from '../load/payload.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

const connections = 10;
const inFlight = 20;
const bytes = 64;
const rampSeconds = 0.2;

/** Calls through the contender's own client, which is the slower end as a rule. */
async function openOwnClient(context: WorkloadContext): Promise<Workload> {
  const { contender, port, checkEvery, scale, serverPid } = context;
  const connect = await contender.client!();
  const clients: OwnClient[] = [];
  for (let index = 0; index < Math.max(1, connections * scale); index += 1) clients.push(await connect(port));
  const meter = new Meter(serverPid);
  const state = { isRunning: false };
  const counters = { finished: 0, checked: 0 };
  const call = async (client: OwnClient, text: string): Promise<void> => {
    while (state.isRunning) {
      const answer = await client.echo(text);
      if (counters.finished % checkEvery === 0) {
        if (answer !== text) throw new Error(`A call was answered with ${answer}`);
        counters.checked += 1;
      }
      counters.finished += 1;
    }
  };
  return {
    measure: async (seconds) => {
      const first = { ...counters };
      state.isRunning = true;
      const calls = Promise.all(
        clients.flatMap((client) =>
          Array.from({ length: inFlight }, (_, index) => call(client, payload(index, bytes))),
        ),
      );
      const orFail = (ms: number): Promise<unknown> => Promise.race([delay(ms), calls]);
      await orFail(Math.min(rampSeconds, seconds) * 1e3);
      const before = counters.finished;
      meter.start();
      await orFail(seconds * 1e3);
      const used = meter.stop();
      const finished = counters.finished - before;
      state.isRunning = false;
      await calls;
      return {
        metrics: {
          perSecond: finished / used.seconds,
          serverMicros: used.serverMicros / finished,
          clientMicros: used.ownMicros / finished,
        },
        serverLoad: used.serverMicros / 1e6 / used.seconds,
        generatorLoad: used.ownMicros / 1e6 / used.seconds,
        checked: counters.checked - first.checked,
        counted: counters.finished - first.finished,
      };
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

export const ownClientScenarios: readonly Scenario[] = [
  {
    name: 'own-client',
    title: 'Calls through the own client',
    about: '10 connections of the client that belongs to the server, with 20 calls of 64 bytes in flight each.',
    needs: 'own client',
    links: ['WebSockets'],
    metrics: ['perSecond', 'clientMicros', 'serverMicros'],
    operations: 'calls',
    open: openOwnClient,
  },
];
