import { connect, type Socket } from 'node:net';

/** How long a connection may take until calls can be made. */
export const openTimeoutMs = 20_000;

// All sockets read into the same memory: what was read is dealt with before the next read.
const readBuffer = Buffer.allocUnsafeSlow(256 * 1_024);

interface SocketUse {
  /** `bytes` are gone afterwards. What this throws is the end of the connection. */
  readonly take: (bytes: Buffer) => void;
  readonly lost: (error: Error) => void;
}

/** A bare socket, read without copying. Its owner ends it with a reset, so that no port stays taken for a minute. */
export function openSocket(port: number, { take, lost }: SocketUse): Socket {
  const callback = (length: number): boolean => {
    try {
      take(readBuffer.subarray(0, length));
    } catch (error) {
      lost(error as Error);
    }
    return true;
  };
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: readBuffer, callback } });
  socket.on('error', lost);
  socket.once('close', () => lost(new Error('The server closed a connection.')));
  return socket;
}
