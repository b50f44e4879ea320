import { setTimeout as delay } from 'node:timers/promises';
import { bytesOf, type Codec, type Method, type Reply } from '../contenders/codec.ts';
import type { WorkloadContext } from '../scenarios/scenario.ts';
import type { Link } from './link.ts';
import { Meter, type MetricName, type Sample } from './meter.ts';
import { openerOf, openMany } from './open-link.ts';

const rampSeconds = 0.1;
const drainTimeoutMs = 20_000;
const keepAliveMs = 10_000;

/** What a workload counts. */
export interface Counters {
  /** What is finished: calls answered, messages delivered. */
  finished: number;
  /** What was compared with what it has to be. */
  checked: number;
}

/** The connections of one workload, what goes wrong with any of them, and the measuring around it. */
export class LoadSession {
  readonly codec: Codec;
  readonly context: WorkloadContext;
  readonly links: Link[] = [];
  readonly #meter: Meter;
  readonly #keepAlive: NodeJS.Timeout | undefined;
  #fail: (error: Error) => void = () => {};
  readonly #failure: Promise<never>;

  constructor(context: WorkloadContext, codec: Codec) {
    this.context = context;
    this.codec = codec;
    this.#meter = new Meter(context.serverPid);
    this.#failure = new Promise<never>((_resolve, reject) => (this.#fail = reject));
    this.#failure.catch(() => {});
    const { keepAlive } = codec;
    if (keepAlive !== undefined) this.#keepAlive = setInterval(() => this.#keepAllAlive(), keepAliveMs).unref();
  }

  /** Ends the measurement under way, and all later ones, with an error. */
  readonly fail = (error: Error): void => this.#fail(error);

  async open(count: number): Promise<void> {
    const open = openerOf(this.context.link);
    const { port } = this.context;
    const opening = openMany(count, () => open({ port, codec: this.codec, onLost: this.fail }));
    this.links.push(...(await this.orFail(opening)));
  }

  /** One call outside of measurements, with nothing else under way on its connection. */
  call(link: Link, method: Method, args: readonly unknown[] = []): Promise<Reply> {
    const answered = new Promise<Reply>((resolve) => {
      link.onMessage = (kind, message) => {
        if (kind === 'reply') resolve(this.codec.readReply(Buffer.from(bytesOf(message))));
      };
    });
    const call = this.codec.call({ id: 0, method, arguments: args, session: link.session });
    link.send(link.ring([call]), 0, 1);
    return this.orFail(answered);
  }

  orFail<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failure]);
  }

  /** Lets `run` go on by itself, measures a window of it, and waits until `isDrained` once `stop` has been called. */
  async measure(seconds: number, counters: Counters, activity: Activity): Promise<Sample> {
    const first = { ...counters };
    activity.start();
    await this.orFail(delay(Math.min(rampSeconds, seconds) * 1e3));
    const before = counters.finished;
    activity.onWindow?.();
    this.#meter.start();
    await this.orFail(delay(seconds * 1e3));
    const used = this.#meter.stop();
    const finished = counters.finished - before;
    const metrics = activity.metrics?.() ?? {};
    activity.stop();
    await this.#drained(activity);
    return {
      metrics: { perSecond: finished / used.seconds, serverMicros: used.serverMicros / finished, ...metrics },
      serverLoad: used.serverMicros / 1e6 / used.seconds,
      generatorLoad: used.ownMicros / 1e6 / used.seconds,
      checked: counters.checked - first.checked,
      counted: counters.finished - first.finished,
    };
  }

  close(): void {
    clearInterval(this.#keepAlive);
    for (const link of this.links.splice(0)) link.close();
  }

  async #drained(activity: Activity): Promise<void> {
    const deadline = Date.now() + drainTimeoutMs;
    while (!activity.isDrained()) {
      if (Date.now() > deadline) throw new Error('Answers are missing: not everything that was asked for has come.');
      await this.orFail(delay(5));
    }
  }

  #keepAllAlive(): void {
    const ring = this.links[0]?.ring([this.codec.keepAlive!]);
    if (ring !== undefined) for (const link of this.links) link.send(ring, 0, 1);
  }
}

/** Something that goes on by itself between `start` and `stop`. */
export interface Activity {
  start(): void;
  stop(): void;
  isDrained(): boolean;
  onWindow?(): void;
  /** More than rate and CPU time. */
  metrics?(): Readonly<Partial<Record<MetricName, number>>>;
}
