import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that came in, with its whole body. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type StubHandler = (request: StubRequest, response: ServerResponse) => void;

/** An HTTP server on a free port that answers what a test tells it and remembers what it was asked. */
export class StubServer {
  readonly requests: StubRequest[] = [];
  readonly #server: Server;

  private constructor(handler: StubHandler) {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
        const { method = '', headers } = request;
        const seen = { method, path: pathname, query: searchParams, headers, body };
        this.requests.push(seen);
        handler(seen, response);
      });
    });
  }

  static async start(handler: StubHandler): Promise<StubServer> {
    const stub = new StubServer(handler);
    await new Promise<void>((resolve) => stub.#server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was asked, as `METHOD /path`. */
  get log(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
