import type { Duplex } from 'node:stream';

/**
 * A number that changes whenever bytes leave the process. Completed writes alone would not do: one large write to a slow
 * but living peer may take longer than any timeout, so what the operating system has taken of it counts too, where the
 * socket tells.
 */
export function writeProgress(socket: Duplex | null): number {
  if (socket === null) return 0;
  const handle: unknown = Reflect.get(socket, '_handle');
  return numberIn(socket, 'bytesWritten') - socket.writableLength - numberIn(handle, 'writeQueueSize');
}

function numberIn(holder: unknown, name: string): number {
  const value: unknown = typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
  return typeof value === 'number' ? value : 0;
}
