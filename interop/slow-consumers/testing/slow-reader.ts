import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { within } from '../../src/within.ts';

/** A client that can stop reading, as one does that is stuck. */
export interface SlowReader {
  /** Reads what the server has sent before, and then nothing. */
  stop(): void;
  resume(): void;
  /** Everything that it has read. */
  readonly text: string;
  /** Resolves when it has read `part`. */
  until(part: string): Promise<void>;
  cut(): void;
}

export const slowTransports = ['WebSockets', 'ServerSentEvents', 'LongPolling'] as const;

const handshake = '{"protocol":"json","version":1}\u001E';

/** Opens a connection over raw sockets or requests and shakes hands in JSON. */
export async function openSlowReader(transport: (typeof slowTransports)[number], port: number): Promise<SlowReader> {
  if (transport === 'WebSockets') {
    const reader = await SocketReader.open(port, upgrade);
    await reader.until('\r\n\r\n');
    reader.write(maskedFrame(handshake));
    await reader.until('{}\u001E');
    return reader;
  }
  const path = await negotiate(port);
  if (transport === 'LongPolling') return PollingReader.open(port, path);
  const reader = await SocketReader.open(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`);
  await reader.until('\r\n\r\n');
  await ask(port, path, { method: 'POST', body: handshake });
  await reader.until('{}\u001E');
  return reader;
}

/** What was read, and who waits for some of it. */
class Read {
  text = '';
  readonly #watchers = new Set<() => void>();

  add(text: string): void {
    this.text += text;
    for (const watch of this.#watchers) watch();
  }

  async until(part: string): Promise<void> {
    let watch = (): void => {};
    const found = new Promise<void>((resolve) => {
      watch = () => this.text.includes(part) && resolve();
    });
    this.#watchers.add(watch);
    watch();
    await within(found, `'${part}' is read`, 20_000).finally(() => this.#watchers.delete(watch));
  }
}

/** One socket carries everything that the server sends. */
class SocketReader implements SlowReader {
  readonly #socket: Socket;
  readonly #read = new Read();

  private constructor(socket: Socket) {
    this.#socket = socket;
    // What the server cuts off is no failure of the test.
    socket.setEncoding('latin1').on('error', () => {});
    socket.on('data', (chunk: string) => this.#read.add(chunk));
  }

  static async open(port: number, head: string): Promise<SocketReader> {
    const socket = connect({ port, host: '127.0.0.1' });
    await within(once(socket, 'connect'), 'the socket connects');
    socket.write(head);
    return new SocketReader(socket);
  }

  get text(): string {
    return this.#read.text;
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  until(part: string): Promise<void> {
    return this.#read.until(part);
  }

  stop(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  cut(): void {
    this.#socket.destroy();
  }
}

/** Polls while it reads. Those that are under way when it stops bring what there was. */
class PollingReader implements SlowReader {
  readonly #port: number;
  readonly #path: string;
  readonly #read = new Read();
  #polling: 'on' | 'off' = 'off';

  private constructor(port: number, path: string) {
    this.#port = port;
    this.#path = path;
  }

  static async open(port: number, path: string): Promise<PollingReader> {
    await ask(port, path);
    await ask(port, path, { method: 'POST', body: handshake });
    const reader = new PollingReader(port, path);
    reader.#read.add((await ask(port, path)).body);
    await reader.until('{}\u001E');
    return reader;
  }

  get text(): string {
    return this.#read.text;
  }

  until(part: string): Promise<void> {
    return this.#read.until(part);
  }

  stop(): void {
    this.#polling = 'off';
  }

  resume(): void {
    this.#polling = 'on';
    void this.#poll();
  }

  cut(): void {
    this.stop();
    ask(this.#port, this.#path, { method: 'DELETE' }).catch(() => {});
  }

  async #poll(): Promise<void> {
    while (this.#polling === 'on') {
      const { status, body } = await ask(this.#port, this.#path);
      if (status !== 200) return;
      this.#read.add(body);
    }
  }
}

interface Asking {
  readonly method?: string;
  readonly body?: string;
}

async function ask(port: number, path: string, { method = 'GET', body }: Asking = {}) {
  const outgoing = request({ host: '127.0.0.1', port, path, method, agent: false });
  const answered = once(outgoing, 'response');
  outgoing.end(body);
  const [incoming] = await answered;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { status: Number(incoming.statusCode), body: Buffer.concat(chunks).toString('latin1') };
}

async function negotiate(port: number): Promise<string> {
  const { body } = await ask(port, '/hub/negotiate?negotiateVersion=1', { method: 'POST' });
  return `/hub?id=${String(JSON.parse(body).connectionToken)}`;
}

const upgrade = [
  'GET /hub HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

/** A short text frame of a client (RFC 6455, section 5.2), its mask all zeros. */
function maskedFrame(text: string): Uint8Array {
  const payload = Buffer.from(text);
  return Buffer.concat([Uint8Array.of(0x81, 0x80 | payload.length, 0, 0, 0, 0), payload]);
}
