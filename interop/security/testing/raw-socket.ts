import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { within } from '../../src/within.ts';

/** A bare TCP connection to a server: writes any bytes, keeps what comes back. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #closed: Promise<unknown>;
  readonly #watchers = new Set<() => void>();
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
    socket.setEncoding('latin1').setNoDelay(true);
    // A server that cuts an attacker off is no failure of the test.
    socket.on('error', () => {});
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      for (const watch of this.#watchers) watch();
    });
  }

  /** With `staysOpen` it never closes its own half: what the server leaves open stays so. */
  static async open(port: number, { staysOpen = false } = {}): Promise<RawSocket> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: staysOpen });
    const raw = new RawSocket(socket);
    await within(once(socket, 'connect'), 'the socket connects');
    return raw;
  }

  /** Everything the server has said, one character per byte. */
  get received(): string {
    return this.#received;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Resolves when the bytes have left this process, or the socket is closed. */
  async write(bytes: string | Uint8Array): Promise<void> {
    const written = new Promise((resolve) => {
      if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1', resolve);
      else this.#socket.write(bytes, resolve);
    });
    await within(Promise.race([written, this.#closed]), 'bytes are written');
  }

  /** Sends the text of a request and resolves with the head of the answer. */
  async ask(request: string, what: string): Promise<string> {
    await this.write(request);
    const head = await this.until(/\r\n\r\n/u, what);
    return head.slice(0, head.indexOf('\r\n\r\n'));
  }

  /** Opens a WebSocket to `/hub` and shakes hands in JSON. */
  async openHub(): Promise<void> {
    await this.ask(upgradeRequest('/hub'), 'the upgrade is answered');
    await this.write(clientFrame(1, Buffer.from('{"protocol":"json","version":1}\u001E')));
    await this.until('{}\u001E', 'the handshake is answered');
  }

  /** Resolves with all that was received once `pattern` is in it. */
  async until(pattern: RegExp | string, what: string, ms?: number): Promise<string> {
    const isThere = (): boolean =>
      typeof pattern === 'string' ? this.#received.includes(pattern) : pattern.test(this.#received);
    let watch = (): void => {};
    const found = new Promise<void>((resolve) => {
      watch = () => {
        if (isThere()) resolve();
      };
    });
    this.#watchers.add(watch);
    watch();
    try {
      await within(Promise.race([found, this.#closed]), what, ms);
    } finally {
      this.#watchers.delete(watch);
    }
    if (!isThere()) throw new Error(`Closed before ${what}; received: ${this.#received.slice(0, 300)}`);
    return this.#received;
  }

  /** Resolves when the server, or the socket itself, has closed the connection. */
  async closed(what: string, ms?: number): Promise<void> {
    await within(this.#closed, what, ms);
  }

  /** Stops reading, as a client does that is stuck. */
  pause(): void {
    this.#socket.pause();
  }

  cut(): void {
    this.#socket.destroy();
  }

  /** Closes its own half and leaves the other to the server. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Cuts the line with a reset, which the other end gets to see as an error. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

/** The head of an upgrade to a WebSocket; `headers` are added, or replace a header of the same name. */
export function upgradeRequest(target: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`GET ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** A WebSocket frame as a client writes it (RFC 6455, section 5.2), its mask all zeros. */
export function clientFrame(opcode: number, payload: Uint8Array, isFinal = true): Uint8Array {
  const length = payload.length;
  const size = length < 126 ? [length | 0x80] : [126 | 0x80, length >> 8, length & 0xff];
  if (length > 0xffff) throw new RangeError('Frames of tests are small.');
  return Buffer.concat([Uint8Array.of((isFinal ? 0x80 : 0) | opcode, ...size, 0, 0, 0, 0), payload]);
}
