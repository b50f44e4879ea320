// Linters read test files without the libraries that the workspace compiles them with.
/// <reference lib="esnext.disposable" />
import {
  createHubServer,
  type HubConstructor,
  type HubOptions,
  type HubServer,
  type HubServerOptions,
} from '../index.ts';
import type { MappedHub } from '../hosting/hub-server.ts';
import { RecordingLogger } from './recording-logger.ts';
import { TestClient, type TestClientOptions } from './test-client.ts';

/** One hub without a port. Disposing it closes the server and fails when an error was logged that nobody claimed. */
export interface TestHubServer extends AsyncDisposable {
  readonly server: HubServer;
  readonly hub: MappedHub<unknown>;
  readonly logger: RecordingLogger;
  connect(options?: TestClientOptions): Promise<TestClient>;
  /** Opens a connection without a handshake. */
  open(options?: TestClientOptions): TestClient;
}

/** Serves a hub to test clients. */
export function serveHub(hubClass: HubConstructor, options: HubServerOptions & HubOptions = {}): TestHubServer {
  const logger = new RecordingLogger();
  const server = createHubServer({ logger, ...options });
  const hub = server.mapHub('/hub', hubClass);
  return {
    server,
    hub,
    logger,
    connect: (clientOptions) => TestClient.connect(hub, clientOptions),
    open: (clientOptions) => TestClient.open(hub, clientOptions),
    async [Symbol.asyncDispose]() {
      await server.close();
      logger.verify();
    },
  };
}

/** Lets everything that is ready run: microtasks, and what they start. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A promise that the test settles. */
export function deferred<T = void>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve = (_value: T): void => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
