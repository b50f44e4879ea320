import { createHubConnection, type HubConnection } from '@hubwire/hub-client';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';

import type { ClientMethod, InteropClient, InteropConnection, InteropConnectionOptions } from './interop-client.ts';

const protocols = { json: () => new JsonHubProtocol(), messagepack: () => new MessagePackHubProtocol() } as const;

/** Our own client, by its own options and not by those that it has for the sake of `@microsoft/signalr`. */
export const hubwireClient: InteropClient = {
  name: '@hubwire/hub-client',
  create: (options) => new HubwireConnection(options),
  async *upload(items) {
    yield* items;
  },
};

class HubwireConnection implements InteropConnection {
  readonly #hub: HubConnection;
  readonly closed: Promise<Error | undefined>;

  constructor({ url, protocol, transport, accessToken, headers, skipNegotiation }: InteropConnectionOptions) {
    this.#hub = createHubConnection(url, {
      protocol: protocols[protocol](),
      reconnect: null,
      ...(transport !== undefined && { transports: [transport] }),
      ...(accessToken !== undefined && { accessTokenFactory: accessToken }),
      ...(headers !== undefined && { headers }),
      ...(skipNegotiation !== undefined && { skipNegotiation }),
    });
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
    return this.#hub.stream(target, ...args);
  }
}
