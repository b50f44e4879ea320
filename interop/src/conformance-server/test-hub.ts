import { setTimeout as delay } from 'node:timers/promises';
import { authorize, Hub, HubException, hubMethod, stream } from '@hubwire/hub-server';
import { z } from 'zod';
import { invalidOperation } from './invalid-operation.ts';
import type { ComplexObject, CustomObject, TestClient } from './test-client.ts';

/** The hub of CONFORMANCE: one method for everything that a client of the protocol can meet. */
export class TestHub extends Hub<TestClient> {
  readonly #hiddenText = 'hidden';

  override async onConnected(): Promise<void> {
    await this.clients.caller.Connected(this.context.connectionId);
  }

  override async onDisconnected(error: Error | undefined): Promise<void> {
    await this.clients.others.Disconnected(this.context.connectionId, error?.message ?? null);
  }

  // Results and errors

  @hubMethod()
  Echo(value: unknown): unknown {
    return value;
  }

  @hubMethod({ args: [z.number(), z.number()] })
  Add(a: number, b: number): number {
    return a + b;
  }

  @hubMethod()
  ThrowException(message: string): void {
    throw invalidOperation(message);
  }

  @hubMethod()
  ThrowHubException(message: string): void {
    throw new HubException(message);
  }

  @hubMethod()
  @authorize({ roles: 'admin' })
  Protected(): string {
    return 'only for administrators';
  }

  @hubMethod({ args: [z.number().int().min(1).max(10)] })
  Validated(n: number): number {
    return n;
  }

  @hubMethod()
  EchoComplexObject(value: ComplexObject): ComplexObject {
    return value;
  }

  @hubMethod()
  SendComplexObject(): ComplexObject {
    return {
      ByteArray: Uint8Array.of(1, 2, 3),
      DateTime: new WholeSeconds('2000-01-01T00:00:00Z'),
      GUID: '00010203-0405-0607-0706-050403020100',
      IntArray: [1, 2, 3],
      String: 'hello world',
    };
  }

  // The caller

  @hubMethod()
  GetCallerConnectionId(): string {
    return this.context.connectionId;
  }

  @hubMethod()
  GetUserIdentifier(): string | null {
    return this.context.userIdentifier ?? null;
  }

  @hubMethod()
  GetActiveTransportName(): string {
    return this.context.transport;
  }

  @hubMethod()
  GetNumRedirects(): number | null {
    const count = new URL(this.context.request?.url ?? '/', 'http://localhost').searchParams.get('numRedirects');
    return count === null ? null : Number(count);
  }

  @hubMethod()
  GetContentTypeHeader(): string | null {
    return this.GetHeader('content-type');
  }

  @hubMethod()
  GetHeader(name: string): string | null {
    const value = this.context.request?.headers[name.toLowerCase()];
    return value === undefined ? null : String(value);
  }

  @hubMethod()
  GetCookie(name: string): string | null {
    const pairs = (this.GetHeader('cookie') ?? '').split(/;\s*/).map((pair) => pair.split('='));
    return pairs.find(([key]) => key === name)?.[1] ?? null;
  }

  @hubMethod()
  GetHttpMethod(): string | null {
    return this.context.request?.method ?? null;
  }

  @hubMethod()
  SetItem(key: string, value: unknown): void {
    this.context.items.set(key, value);
  }

  @hubMethod()
  GetItem(key: string): unknown {
    return this.context.items.get(key) ?? null;
  }

  @hubMethod()
  AbortSelf(): void {
    this.context.abort();
  }

  // Calls of clients

  @hubMethod()
  async InvokeWithString(message: string): Promise<void> {
    await this.clients.caller.Message(message);
  }

  @hubMethod()
  async SendCustomObject(value: CustomObject): Promise<void> {
    await this.clients.caller.CustomObject(value);
  }

  @hubMethod()
  AskCaller(question: string): Promise<string> {
    return this.clients.caller.invoke.Answer(question);
  }

  @hubMethod()
  AskConnection(connectionId: string, question: string): Promise<string> {
    return this.clients.client(connectionId).invoke.Answer(question);
  }

  @hubMethod()
  async Broadcast(message: string): Promise<void> {
    await this.clients.all.Message(message);
  }

  @hubMethod()
  async BroadcastOthers(message: string): Promise<void> {
    await this.clients.others.Message(message);
  }

  @hubMethod()
  async JoinGroup(name: string): Promise<void> {
    await this.groups.add(this.context.connectionId, name);
  }

  @hubMethod()
  async LeaveGroup(name: string): Promise<void> {
    await this.groups.remove(this.context.connectionId, name);
  }

  @hubMethod()
  async SendToGroup(name: string, message: string): Promise<void> {
    await this.clients.group(name).Message(message);
  }

  @hubMethod()
  async SendToOthersInGroup(name: string, message: string): Promise<void> {
    await this.clients.othersInGroup(name).Message(message);
  }

  @hubMethod()
  async SendToGroupExcept(name: string, connectionId: string, message: string): Promise<void> {
    await this.clients.groupExcept(name, [connectionId]).Message(message);
  }

  @hubMethod()
  async SendToUser(userId: string, message: string): Promise<void> {
    await this.clients.user(userId).Message(message);
  }

  @hubMethod()
  async SendToConnection(connectionId: string, message: string): Promise<void> {
    await this.clients.client(connectionId).Message(message);
  }

  // Streams

  @hubMethod()
  async *Stream(): AsyncGenerator<string> {
    yield* ['a', 'b', 'c'];
  }

  @hubMethod()
  async *EmptyStream(): AsyncGenerator<number> {}

  @hubMethod()
  async *Count(n: number, delayMs: number, signal: AbortSignal): AsyncGenerator<number> {
    for (let item = 0; item < n; item += 1) {
      if (delayMs > 0) await delay(delayMs, undefined, { signal });
      yield item;
    }
  }

  @hubMethod()
  // oxlint-disable-next-line require-yield -- never yielding is what it is for
  async *InfiniteStream(signal: AbortSignal): AsyncGenerator<number> {
    const { caller } = this.clients;
    await aborted(signal);
    await caller.StreamCanceled();
  }

  @hubMethod()
  StreamThrowException(message: string): AsyncIterable<string> {
    throw invalidOperation(message);
  }

  @hubMethod()
  async *StreamThenThrow(n: number, message: string): AsyncGenerator<number> {
    for (let item = 0; item < n; item += 1) yield item;
    throw invalidOperation(message);
  }

  @hubMethod({ args: [stream(z.string())] })
  async StreamingConcat(stream: AsyncIterable<string>): Promise<string> {
    let text = '';
    for await (const item of stream) text += item;
    return text;
  }

  @hubMethod({ args: [stream(z.number()), stream(z.number())] })
  async StreamingSum(a: AsyncIterable<number>, b: AsyncIterable<number>): Promise<readonly [number, number]> {
    return Promise.all([sum(a), sum(b)]);
  }

  @hubMethod({ streams: 1 })
  async *StreamEcho(stream: AsyncIterable<unknown>): AsyncGenerator {
    yield* stream;
  }

  @hubMethod()
  async LongRunning(ms: number, signal: AbortSignal): Promise<void> {
    const { caller } = this.clients;
    try {
      await delay(ms, undefined, { signal });
    } finally {
      if (signal.aborted) await caller.LongRunningCanceled();
    }
  }

  // Not exposed

  secret(): string {
    return this.#hidden();
  }

  #hidden(): string {
    return this.#hiddenText;
  }
}

/** A date that JSON shows without milliseconds, as the contract has it. */
class WholeSeconds extends Date {
  override toJSON(): string {
    return this.toISOString().replace('.000Z', 'Z');
  }
}

async function sum(numbers: AsyncIterable<number>): Promise<number> {
  let total = 0;
  for await (const number of numbers) total += number;
  return total;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
