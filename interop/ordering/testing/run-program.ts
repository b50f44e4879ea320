import { HubInvocationError, type HubConnection } from '@hubwire/hub-client';
import { within } from '../../src/within.ts';
import { protocolOf, type Lane } from './lanes.ts';
import { Ledger } from './ledger.ts';
import { ledgerOf, type Plan } from './order-hub.ts';
import type { Program, Step } from './program.ts';
import { RecordingProtocol } from './recording-protocol.ts';
import type { ServedHub } from './served-hub.ts';
import { turn } from './turn.ts';

/** One program as three saw it. */
export interface Run {
  /** What the methods did, when they did it. */
  readonly server: Ledger;
  /** The messages as they came to the client. */
  readonly wire: Ledger;
  /** What handlers, readers of streams and awaited calls saw. */
  readonly application: Ledger;
}

/** Runs a program on a connection of its own, to the end of all its calls. */
export async function runProgram(host: ServedHub, lane: Lane, program: Program): Promise<Run> {
  const protocol = new RecordingProtocol(protocolOf(lane));
  const client = host.client(lane, protocol);
  const application = new Ledger();
  client.on('told', (step: number, number: number) => application.write(step, `tell ${number}`));
  client.on('asked', async (step: number, number: number) => {
    application.write(step, `ask ${number}`);
    if (number % 2 === 1) await turn();
    return `${step} ${number}`;
  });
  await within(client.start(), 'the connection', 20_000);
  try {
    const server = ledgerOf(client.connectionId!);
    await within(makeCalls(client, program, application), 'the answers of all calls', 20_000);
    await within(server.whenThereAre(program.length, 'completion'), 'the end of all methods', 20_000);
    // Comes behind everything that the methods have sent.
    const last: Plan = { step: program.length, script: [], fails: false, padding: '' };
    await within(client.invoke('sync', last), 'the last answer', 20_000);
    return { server, wire: protocol.received, application };
  } finally {
    await within(client.stop(), 'the end of the connection', 20_000);
  }
}

async function makeCalls(client: HubConnection, program: Program, application: Ledger): Promise<void> {
  const answers: Promise<void>[] = [];
  for (const [index, step] of program.entries()) {
    const answer = makeCall(client, { step, index, application });
    // Awaited later; until then nobody listens.
    answer.catch(() => {});
    answers.push(answer);
    if (step.pause === 'turn') await turn();
    else if (step.pause === 'answers') await Promise.all(answers);
  }
  await Promise.all(answers);
}

interface OneCall {
  readonly step: Step;
  readonly index: number;
  readonly application: Ledger;
}

/** Calls at once, without awaiting anything before. */
async function makeCall(client: HubConnection, { step, index, application }: OneCall): Promise<void> {
  const { method, script, fails, uploads, wantsAnswer, padding } = step;
  const plan: Plan = { step: index, script, fails, padding: 'x'.repeat(padding) };
  const args = method === 'collect' ? [plan, numbers(uploads)] : [plan];
  if (!wantsAnswer) {
    await client.send(method, ...args);
    return;
  }
  try {
    if (method === 'count') {
      for await (const { number } of client.stream<{ number: number }>(method, ...args)) {
        application.write(index, `item ${number}`);
      }
    } else if ((await client.invoke(method, ...args)) !== index) {
      throw new Error(`Step ${index} got the answer of another.`);
    }
    if (fails) throw new Error(`Step ${index} should have failed.`);
  } catch (error) {
    if (!fails || !(error instanceof HubInvocationError) || !error.message.includes(`Step ${index} fails.`))
      throw error;
  }
  application.write(index, 'completion');
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) {
    if (number % 3 === 2) await turn();
    yield number;
  }
}
