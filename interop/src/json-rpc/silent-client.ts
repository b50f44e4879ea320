import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { within } from '../within.ts';

/** Speaks WebSocket by hand, as far as one message, and reads ever after without a word: no pong, no close. */
export class SilentClient implements Disposable {
  /** All bytes that came after the answer to the upgrade. */
  readonly received: Promise<Buffer>;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.received = collect(socket);
    this.received.catch(() => {});
  }

  /** Connects and sends `text`, of at most 125 bytes. */
  static async open(webSocketUrl: string, text: string): Promise<SilentClient> {
    const { hostname, port, pathname } = new URL(webSocketUrl);
    const socket = connect(Number(port), hostname);
    await within(once(socket, 'connect'), 'the silent client connects');
    const headers = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: x\r\n${headers}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
    const client = new SilentClient(socket);
    socket.write(maskedTextFrame(text));
    return client;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

const key = Buffer.alloc(16).toString('base64');

/** RFC 6455, section 5.2, with a mask of zeros. */
function maskedTextFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.of(0x81, 0x80 | payload.length, 0, 0, 0, 0), payload]);
}

async function collect(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
}
