import type { ProtocolName } from '../interop-client.ts';
import type { Scenario, Step } from './scenario.ts';
import { connectionIdPlaceholder, serverIdPlaceholder, type Transcript, type TranscriptEntry } from './transcript.ts';
import { WireSession } from './wire-session.ts';

const patienceMs = 10_000;
const slowPatienceMs = 25_000;

/** Plays a scenario against a conformance server and writes down what went over the wire. */
export async function playScenario(baseUrl: string, protocol: ProtocolName, scenario: Scenario): Promise<Transcript> {
  const session = new WireSession(baseUrl + (scenario.path ?? '/testhub'), protocol);
  await session.open();
  const player = new Player(session, scenario.slow === true);
  const opening: readonly Step[] =
    scenario.noHandshake === true ? [] : [{ record: { protocol, version: 1 } }, { receive: 2 }];
  for (const step of [...opening, ...scenario.steps]) {
    if (player.isOver) break;
    await player.take(step);
  }
  session.terminate();
  return { name: scenario.name, entries: player.entries };
}

interface WireFields {
  readonly type?: unknown;
  readonly target?: unknown;
  readonly arguments?: unknown;
  readonly invocationId?: unknown;
}

class Player {
  readonly entries: TranscriptEntry[] = [];
  readonly #session: WireSession;
  readonly #slow: boolean;
  /** Connection ids and the ids of the server's own calls differ from run to run. */
  readonly #varying = new Map<string, string>();
  #latestInvocationId = '';
  #over = false;

  constructor(session: WireSession, slow: boolean) {
    this.#session = session;
    this.#slow = slow;
  }

  get isOver(): boolean {
    return this.#over;
  }

  async take(step: Step): Promise<void> {
    if (step === 'closed') while (!this.#over) await this.#receive('closed');
    else if (step === 'settled') while (!this.#over && !this.#isAnswered()) await this.#receive('message');
    else if ('receive' in step)
      for (let count = 0; count < step.receive && !this.#over; count += 1) await this.#receive('message');
    else this.#send(step);
  }

  #send(step: Exclude<Step, 'closed' | 'settled' | { receive: number }>): void {
    if ('send' in step) {
      this.#session.sendMessages(step.send);
      this.entries.push(...step.send.map((client) => ({ client })));
    } else if ('record' in step) {
      this.#session.sendRecord(typeof step.record === 'string' ? step.record : JSON.stringify(step.record));
      this.entries.push({ client: step.record });
    } else if ('raw' in step) {
      this.#session.sendRaw(step.raw, step.as);
      this.entries.push({
        clientRaw: step.raw.length > 200 ? `${step.raw.slice(0, 60)}… ${step.raw.length} in all` : step.raw,
      });
    } else {
      const outcome = step.answer === 'void' ? {} : step.answer;
      this.#session.sendMessages([{ type: 3, invocationId: this.#latestInvocationId, ...outcome }]);
      this.entries.push({ client: { type: 3, invocationId: serverIdPlaceholder, ...outcome } });
    }
  }

  async #receive(wanted: 'message' | 'closed'): Promise<void> {
    const next = await this.#session.next(this.#slow ? slowPatienceMs : patienceMs);
    if (next === undefined) {
      this.#end({ missing: wanted });
    } else if (typeof next === 'number') {
      this.#end({ closed: next });
    } else if (this.#isOfNoConcern(next.message)) {
      await this.#receive(wanted);
    } else {
      this.#learn(next.message);
      this.entries.push({
        server: JSON.parse(this.#steady(JSON.stringify(next.message), 'text')),
        wire: this.#steady(next.wire, 'wire'),
      });
    }
  }

  #isAnswered(): boolean {
    const latest = this.entries.at(-1);
    return latest !== undefined && 'server' in latest && (latest.server as WireFields).invocationId === 'probe';
  }

  /** Another scenario's connection left; or a ping came because the machine is slow and not the scenario. */
  #isOfNoConcern(message: unknown): boolean {
    const { type, target } = message as WireFields;
    return target === 'Disconnected' || (type === 6 && !this.#slow);
  }

  #end(entry: TranscriptEntry): void {
    this.entries.push(entry);
    this.#over = true;
  }

  #learn(message: unknown): void {
    const { type, target, arguments: args, invocationId } = message as WireFields;
    if (type !== 1) return;
    if (target === 'Connected' && Array.isArray(args)) this.#varying.set(String(args[0]), connectionIdPlaceholder);
    if (typeof invocationId === 'string') {
      this.#latestInvocationId = invocationId;
      this.#varying.set(invocationId, serverIdPlaceholder);
    }
  }

  #steady(text: string, form: 'text' | 'wire'): string {
    let steady = text;
    for (const [varying, placeholder] of this.#varying) {
      steady = steady.replaceAll(`"${varying}"`, `"${placeholder}"`);
      if (form === 'wire') steady = steady.replaceAll(hex(varying), hex(placeholder));
    }
    return steady;
  }
}

const hex = (text: string): string => Buffer.from(text).toString('hex');
