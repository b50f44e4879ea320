import assert from 'node:assert/strict';
import { Agent, request as httpRequest, type ClientRequest, type ServerResponse } from 'node:http';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nullLogger } from '../logger.ts';
import { TransportError } from '../errors.ts';
import { Inbox, TestServer, turns, within, type RecordingReceiver } from '../testing/test-server.ts';
import type { ServerConnection } from '../server-connection.ts';

const disconnectTimeoutMs = 15_000;
const longPollingTimeoutMs = 90_000;

type Step =
  | { readonly name: 'send'; readonly frames: number }
  | { readonly name: 'post'; readonly count: number }
  | { readonly name: 'tick'; readonly ms: number }
  | { readonly name: 'poll' | 'abortPoll' | 'brokenPost' | 'pause' | 'resume' | 'close' | 'abort' | 'delete' };

const simply = (...names: Exclude<Step, { frames: number } | { count: number } | { ms: number }>['name'][]) =>
  fc.constantFrom(...names.map((name) => ({ name })));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: simply('poll') },
  { weight: 10, arbitrary: fc.record({ name: fc.constant('send' as const), frames: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 8, arbitrary: fc.record({ name: fc.constant('post' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ name: fc.constant('tick' as const), ms: fc.constantFrom(1, 7_500, 15_000, 90_000) }),
  },
  { weight: 6, arbitrary: simply('abortPoll', 'pause', 'resume', 'brokenPost') },
  { weight: 1, arbitrary: simply('close', 'abort', 'delete') },
);

/** A request, and what it is answered with in the end: `status body`, or `aborted`. */
interface Pending {
  readonly request: ClientRequest;
  answer: string | undefined;
}

/** What the server is expected to have of one connection. */
interface Model {
  phase: 'open' | 'closing' | 'closed';
  /** When the current wait began: between polls, or for the end. */
  sinceMs: number;
  outbox: string[];
  isPaused: boolean;
  poll: { readonly pending: Pending; readonly sinceMs: number } | undefined;
  posts: { readonly pending: Pending; readonly body: string }[];
  received: string[];
}

/** Requests to a server that tells which of them it still has to answer. */
class Wire {
  readonly host: TestServer;
  /** Responses that the server has not ended. */
  readonly open = new Set<ServerResponse>();
  /** The labels of POST requests in the order in which the server got them. */
  readonly posts = new Inbox<string>();
  readonly #agent = new Agent({ keepAlive: true });

  constructor(host: TestServer) {
    this.host = host;
    // A kept socket that the server gives up while a request is on its way would look like an aborted request.
    host.server.keepAliveTimeout = 0;
    host.server.on('request', (request, response) => {
      this.open.add(response);
      response.on('close', () => this.open.delete(response));
      if (request.headers['x-label'] !== undefined) this.posts.put(String(request.headers['x-label']));
    });
  }

  request(path: string, method: string, label?: string): Pending {
    const headers = label === undefined ? {} : { 'x-label': label };
    const { port } = this.host;
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: this.#agent });
    const pending: Pending = { request, answer: undefined };
    request.on('error', () => (pending.answer ??= 'aborted'));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => (pending.answer ??= 'aborted'));
      response.on('end', () => (pending.answer = `${response.statusCode} ${Buffer.concat(chunks).toString()}`));
    });
    return pending;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Runs steps against a real server and says after each what should have happened. */
class Run {
  readonly #wire: Wire;
  readonly #path: string;
  readonly #connection: ServerConnection;
  readonly #receiver: RecordingReceiver;
  readonly #model: Model;
  #expected: (readonly [Pending, string])[] = [];
  #labels = 0;

  constructor(wire: Wire, path: string, connection: ServerConnection) {
    this.#wire = wire;
    this.#path = path;
    this.#connection = connection;
    this.#receiver = wire.host.receiverOf(connection);
    this.#model = {
      phase: 'open',
      sinceMs: this.#now,
      outbox: [],
      isPaused: false,
      poll: undefined,
      posts: [],
      received: [],
    };
  }

  async take(next: Step): Promise<void> {
    switch (next.name) {
      case 'poll':
        this.#poll();
        break;
      case 'send':
        this.#send(next.frames);
        break;
      case 'post':
        await this.#post(next.count);
        break;
      case 'brokenPost':
        await this.#brokenPost();
        break;
      case 'abortPoll':
        this.#abortPoll();
        break;
      case 'tick':
        this.#tick(next.ms);
        break;
      case 'delete':
        this.#delete();
        break;
      case 'pause':
      case 'resume':
        this.#pauseOrResume(next.name);
        break;
      case 'close':
        this.#close();
        break;
      case 'abort':
        this.#connection.abort(new TransportError('TRANSPORT_ABORTED'));
        this.#end();
        break;
    }
    await this.#settle(next);
  }

  #poll(): void {
    const { poll, outbox, phase } = this.#model;
    const pending = this.#wire.request(this.#path, 'GET');
    pending.request.end();
    if (phase === 'closed') this.#expect(pending, '404 No Connection with that ID');
    else if (outbox.length > 0) {
      this.#expect(pending, `200 ${outbox.join('')}`);
      this.#model.outbox = [];
      this.#detach();
    } else if (phase === 'closing') {
      this.#expect(pending, '204 ');
      this.#end();
    } else {
      if (poll !== undefined) this.#expect(poll.pending, '204 ');
      this.#model.poll = { pending, sinceMs: this.#now };
    }
  }

  #send(count: number): void {
    const frames = Array.from({ length: count }, () => `s${this.#labels++};`);
    for (const frame of frames) this.#connection.send(frame);
    const { poll, phase } = this.#model;
    if (phase !== 'open') return;
    if (poll === undefined) this.#model.outbox.push(...frames);
    else {
      this.#expect(poll.pending, `200 ${frames.join('')}`);
      this.#detach();
    }
  }

  /** Several at once, over different sockets: what counts is the order in which the server has them. */
  async #post(count: number): Promise<void> {
    const bodies = Array.from({ length: count }, () => `p${this.#labels++};`);
    const sent = new Map(bodies.map((body) => [body, this.#wire.request(this.#path, 'POST', body)]));
    for (const [body, { request }] of sent) request.end(body);
    for (let arrived = 0; arrived < count; arrived++) {
      const body = await this.#wire.posts.next('a POST arrives');
      const pending = sent.get(body);
      if (pending === undefined) throw new Error(`Not a POST of this step: ${body}`);
      if (this.#model.phase !== 'open') this.#expect(pending, '404 No Connection with that ID');
      else if (this.#model.isPaused) this.#model.posts.push({ pending, body });
      else {
        this.#expect(pending, '200 ');
        this.#model.received.push(body);
      }
    }
  }

  async #brokenPost(): Promise<void> {
    const { request } = this.#wire.request(this.#path, 'POST', 'broken');
    request.flushHeaders();
    request.write('half');
    await this.#wire.posts.next('the POST arrives');
    request.destroy();
  }

  #abortPoll(): void {
    const { poll } = this.#model;
    if (poll === undefined) return;
    poll.pending.request.destroy();
    this.#expect(poll.pending, 'aborted');
    this.#detach();
  }

  #tick(ms: number): void {
    const { poll, phase, sinceMs } = this.#model;
    this.#wire.host.clock.advance(ms);
    if (poll !== undefined) {
      if (this.#now - poll.sinceMs < longPollingTimeoutMs) return;
      this.#expect(poll.pending, '200 ');
      this.#detach();
    } else if (phase !== 'closed' && this.#now - sinceMs >= disconnectTimeoutMs) this.#end();
  }

  #delete(): void {
    const { phase, sinceMs } = this.#model;
    const pending = this.#wire.request(this.#path, 'DELETE');
    pending.request.end();
    const isForgotten = phase === 'closed' && this.#now - sinceMs >= disconnectTimeoutMs;
    this.#expect(pending, isForgotten ? '404 No Connection with that ID' : '202 ');
    this.#end();
  }

  #pauseOrResume(name: 'pause' | 'resume'): void {
    this.#connection[name]();
    this.#model.isPaused = name === 'pause';
    if (name === 'resume' && this.#model.phase === 'open') this.#takePosts();
  }

  #takePosts(): void {
    for (const { pending, body } of this.#model.posts.splice(0)) {
      this.#expect(pending, '200 ');
      this.#model.received.push(body);
    }
  }

  #close(): void {
    this.#connection.close();
    if (this.#model.phase !== 'open') return;
    this.#model.phase = 'closing';
    this.#model.sinceMs = this.#now;
    this.#refusePosts();
    if (this.#model.poll !== undefined) this.#end();
  }

  #end(): void {
    const { poll, phase } = this.#model;
    if (phase === 'closed') return;
    if (poll !== undefined) this.#expect(poll.pending, '204 ');
    this.#refusePosts();
    Object.assign(this.#model, { phase: 'closed', poll: undefined, outbox: [], sinceMs: this.#now });
  }

  #refusePosts(): void {
    for (const { pending } of this.#model.posts.splice(0)) this.#expect(pending, '404 No Connection with that ID');
  }

  #detach(): void {
    this.#model.poll = undefined;
    if (this.#model.phase === 'open') this.#model.sinceMs = this.#now;
  }

  get #now(): number {
    return this.#wire.host.clock.now();
  }

  #expect(pending: Pending, answer: string): void {
    this.#expected.push([pending, answer]);
  }

  /** Waits until the server holds no request but those it should hold, then compares. */
  async #settle(last: Step): Promise<void> {
    const { phase, poll, posts, received } = this.#model;
    const held = (poll === undefined ? 0 : 1) + posts.length;
    const settled = async () => {
      while (this.#wire.open.size !== held || this.#expected.some(([{ answer }]) => answer === undefined))
        await turns(1);
    };
    await within(settled(), `every request is answered that should be after ${JSON.stringify(last)}`);
    await turns(2);
    const isClosed = phase === 'closed';
    const expected = {
      held,
      answers: this.#expected.map(([, answer]) => answer),
      connections: isClosed ? 0 : 1,
      seen: isClosed ? [...received, 'closed'] : received,
    };
    const actual = {
      held: this.#wire.open.size,
      answers: this.#expected.map(([{ answer }]) => answer),
      connections: this.#wire.host.endpoint.connections,
      seen: this.#receiver.seen.map((entry) => (entry.startsWith('closed') ? 'closed' : entry)),
    };
    this.#expected = [];
    assert.deepEqual(actual, expected, `after ${JSON.stringify(last)}`);
  }
}

describe('long polling, by a model', () => {
  it('answers every request as it should, and loses, doubles and reorders nothing', async () => {
    await using host = await TestServer.start({ disconnectTimeoutMs, longPollingTimeoutMs, logger: nullLogger });
    const wire = new Wire(host);
    let taken = 0;
    const schedule = async (steps: readonly Step[]) => {
      const { connectionToken } = await host.negotiate();
      const path = `/hub?id=${connectionToken}`;
      await host.request(path);
      const connection = await host.connections.next('the connection opens');
      const run = new Run(wire, path, connection);
      for (const next of [...steps, { name: 'delete' } as const]) await run.take(next);
      taken += steps.length + 1;
      expect(host.clock.timers).toBe(0);
    };
    const steps = fc.array(step, { minLength: 10, maxLength: 40, size: 'max' });
    await fc.assert(fc.asyncProperty(steps, schedule), { numRuns: 100, endOnFailure: true });
    wire.close();
    expect(taken).toBeGreaterThan(2_000);
  }, 60_000);
});
