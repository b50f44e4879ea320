import { createRequire } from 'node:module';

import type * as signalr10 from '@microsoft/signalr';
import type * as signalrMessagePack from '@microsoft/signalr-protocol-msgpack';

import type { ClientMethod, InteropClient, InteropConnection, InteropConnectionOptions } from './interop-client.ts';
import type { InteropSkip } from './interop-skip.ts';
import { itemQueue } from './item-queue.ts';

type SignalR = typeof signalr10;

// Node takes the CommonJS build; a bundler's pick of the browser modules would be another client.
const require = createRequire(import.meta.url);
const { MessagePackHubProtocol } = require('@microsoft/signalr-protocol-msgpack') as typeof signalrMessagePack;

const packages = { 8: 'signalr-8', 9: 'signalr-9', 10: '@microsoft/signalr' } as const;

/** A flaw of every release, to be skipped in the suite. */
export const adjacentStreams: InteropSkip = {
  reason: 'this client sends two adjacent streams of one call as one',
  cases: ['uploads: keeps two uploaded streams of one call apart'],
};

/** The official client as published, of one major release. */
export function signalrClient(release: keyof typeof packages): InteropClient {
  const signalr = require(packages[release]) as SignalR;
  return {
    name: `@microsoft/signalr ${signalr.VERSION}`,
    create: (options) => new SignalRConnection(signalr, options),
    upload: (items) => ({ subscribe: (observer: Observer) => void pump(items, observer) }),
  };
}

interface Observer {
  next(item: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

async function pump(items: AsyncIterable<unknown> | Iterable<unknown>, observer: Observer): Promise<void> {
  try {
    for await (const item of items) observer.next(item);
    observer.complete();
  } catch (error) {
    observer.error(error);
  }
}

class SignalRConnection implements InteropConnection {
  readonly #hub: signalr10.HubConnection;
  readonly closed: Promise<Error | undefined>;

  constructor(signalr: SignalR, options: InteropConnectionOptions) {
    const { url, transport, protocol, accessToken, headers, skipNegotiation } = options;
    const builder = new signalr.HubConnectionBuilder().configureLogging(signalr.LogLevel.None).withUrl(url, {
      ...(transport === undefined ? {} : { transport: signalr.HttpTransportType[transport] }),
      ...(accessToken === undefined ? {} : { accessTokenFactory: accessToken }),
      ...(headers === undefined ? {} : { headers: { ...headers } }),
      ...(skipNegotiation === undefined ? {} : { skipNegotiation }),
    });
    if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
    this.#hub = builder.build();
    this.closed = new Promise((resolve) => this.#hub.onclose(resolve));
  }

  get connectionId(): string | null {
    return this.#hub.connectionId;
  }

  start(): Promise<void> {
    return this.#hub.start();
  }

  stop(): Promise<void> {
    return this.#hub.stop();
  }

  on(target: string, method: ClientMethod): void {
    this.#hub.on(target, method);
  }

  off(target: string): void {
    this.#hub.off(target);
  }

  invoke(target: string, ...args: unknown[]): Promise<unknown> {
    return this.#hub.invoke(target, ...args);
  }

  send(target: string, ...args: unknown[]): Promise<void> {
    return this.#hub.send(target, ...args);
  }

  stream(target: string, ...args: unknown[]): AsyncIterable<unknown> {
    return itemQueue((observer) => {
      const subscription = this.#hub.stream(target, ...args).subscribe(observer);
      return () => subscription.dispose();
    });
  }
}
