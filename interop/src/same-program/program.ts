import {
  HttpTransportType,
  HubConnectionBuilder,
  HubConnectionState,
  LogLevel,
  Subject,
  type HubConnection,
} from '@microsoft/signalr';

/** A program that does what the client is for, and tells what it sees. */
export async function program(url: string, transport: keyof typeof HttpTransportType): Promise<readonly string[]> {
  const witness = new Witness();
  await misuse(witness);
  const connection = new HubConnectionBuilder()
    .withUrl(url, { transport: HttpTransportType[transport] })
    .withAutomaticReconnect([0, 100])
    .configureLogging(LogLevel.None)
    .build();
  connection.serverTimeoutInMilliseconds = 20_000;
  connection.keepAliveIntervalInMilliseconds = 5_000;
  await beginning(connection, witness);
  for (const chapter of [results, callsOfTheServer, streams, uploads, end]) await chapter(connection, witness);
  return witness.seen;
}

/** Notes what happens. */
class Witness {
  readonly seen: string[] = [];

  see(what: string, ...values: readonly unknown[]): void {
    this.seen.push([what, ...values.map((value) => JSON.stringify(value) ?? 'undefined')].join(' '));
  }

  async attempt(what: string, action: () => unknown): Promise<void> {
    try {
      this.see(`${what}:`, await action());
    } catch (error) {
      this.see(`${what} failed:`, error instanceof Error, (error as Error).message);
    }
  }
}

async function misuse(witness: Witness): Promise<void> {
  const fails = (action: () => unknown): boolean => {
    try {
      action();
      return false;
    } catch (error) {
      return error instanceof Error;
    }
  };
  witness.see(
    'misuse',
    fails(() => new HubConnectionBuilder().build()),
    fails(() => new HubConnectionBuilder().withUrl(' ')),
    fails(() => new HubConnectionBuilder().withAutomaticReconnect().withAutomaticReconnect([1])),
  );
}

async function beginning(connection: HubConnection, witness: Witness): Promise<void> {
  witness.see('before', connection.state, connection.connectionId);
  await witness.attempt('too early', () => connection.invoke('Echo', 1));
  await connection.start();
  witness.see('started', connection.state === HubConnectionState.Connected, typeof connection.connectionId);
  await witness.attempt('second start', () => connection.start());
}

async function results(connection: HubConnection, witness: Witness): Promise<void> {
  const value = { text: 'ä€😀', list: [1, 'two', null, { three: true }] };
  await witness.attempt('a number', () => connection.invoke<number>('Add', 1, 2));
  await witness.attempt('nothing', () => connection.invoke('Echo', null));
  await witness.attempt('any case', () => connection.invoke('aDD', 20, 22));
  await witness.attempt('a value', () => connection.invoke('Echo', value));
  await witness.attempt('no result', () => connection.invoke('SetItem', 'key', 'value'));
  await witness.attempt('HubException', () => connection.invoke('ThrowHubException', 'mine'));
  await witness.attempt('exception', () => connection.invoke('ThrowException', 'boom'));
  await witness.attempt('unknown method', () => connection.invoke('NoSuchMethod'));
}

async function callsOfTheServer(connection: HubConnection, witness: Witness): Promise<void> {
  const bothHandled = (handlers: readonly [string, string]): Promise<readonly string[]> =>
    Promise.all(handlers.map((name) => new Promise<string>((resolve) => connection.on(name, resolve))));
  for (const call of ['InvokeWithString', 'Broadcast']) {
    const handled = bothHandled(['message', 'MESSAGE']);
    await connection.send(call, `by ${call}`);
    witness.see('messages', await handled);
    connection.off('Message');
  }
  connection.on('Answer', async (question: string) => `${question} Yes.`);
  await witness.attempt('client result', () => connection.invoke('AskCaller', 'Really?'));
  connection.off('answer');
  connection.on('Answer', () => {
    throw new Error('I will not say.');
  });
  await witness.attempt('refused client result', () => connection.invoke('AskCaller', 'Really?'));
}

async function streams(connection: HubConnection, witness: Witness): Promise<void> {
  const read = (method: string, ...args: readonly unknown[]): Promise<unknown> => {
    const items: unknown[] = [];
    return new Promise((resolve) => {
      connection.stream(method, ...args).subscribe({
        next: (item) => items.push(item),
        complete: () => resolve([...items, 'complete']),
        error: (error: Error) => resolve([...items, error instanceof Error, error.message]),
      });
    });
  };
  await witness.attempt('stream', () => read('Stream'));
  await witness.attempt('empty stream', () => read('EmptyStream'));
  await witness.attempt('stream that fails', () => read('StreamThenThrow', 2, 'enough'));
  await witness.attempt('stream of no method', () => read('NoSuchStream'));
  const canceled = new Promise<void>((resolve) => connection.on('StreamCanceled', resolve));
  connection
    .stream('InfiniteStream')
    .subscribe({ next() {}, error() {}, complete() {} })
    .dispose();
  await canceled;
  witness.see('canceled');
}

async function uploads(connection: HubConnection, witness: Witness): Promise<void> {
  const parts = new Subject<string>();
  const joined = connection.invoke<string>('StreamingConcat', parts);
  for (const part of ['a', 'b', 'c']) parts.next(part);
  parts.complete();
  await witness.attempt('upload', () => joined);
  const failing = new Subject<string>();
  const failed = connection.invoke('StreamingConcat', failing);
  failing.error(new Error('No more.'));
  await witness.attempt('failed upload', () => failed);
}

async function end(connection: HubConnection, witness: Witness): Promise<void> {
  const closings: unknown[] = [];
  connection.onclose((error) => closings.push(error ?? 'without an error', connection.state));
  const pending = witness.attempt('pending call', () => connection.invoke('LongRunning', 60_000));
  // A stream waits for no other call: once it has ended, the call before it is with the server.
  await new Promise<void>((resolve) => {
    connection.stream('EmptyStream').subscribe({ next() {}, complete: resolve, error: () => resolve() });
  });
  await connection.stop();
  await pending;
  witness.see('closed', closings);
  await witness.attempt('after the end', () => connection.invoke('Echo', 1));
  await witness.attempt('second stop', () => connection.stop());
  await connection.start();
  await witness.attempt('again', () => connection.invoke('Echo', 'again'));
  await connection.stop();
  witness.see('after', connection.state, connection.connectionId, closings);
}
