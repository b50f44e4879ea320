import type { Codec, Message, Visit } from '../contenders/codec.ts';

/** Messages prepared for sending: any run of them, the first following the last, is one piece of memory. */
export interface Ring {
  readonly size: number;
  readonly bytes: Buffer;
  /** Where message `i` starts, for `i` up to twice the size. */
  readonly offsets: readonly number[];
}

/** One connection to a server, opened and ready for calls. */
export interface Link {
  /** What the opening conversation has given. */
  readonly session: string;
  /** Called with every message; see also `onTurn`. */
  onMessage: Visit;
  /** Called when everything that came at once has been visited: the time to answer. */
  onTurn: () => void;
  /** Wraps messages for `send`. A ring serves all links of a kind. */
  ring(messages: readonly Message[]): Ring;
  /** Sends `count` messages of the ring, at most its size; `false` asks to wait for `onDrain`. */
  send(ring: Ring, from: number, count: number): boolean;
  onDrain: () => void;
  close(): void;
}

export interface LinkOptions {
  readonly port: number;
  readonly codec: Codec;
  /** Told when the server ends a connection that nobody closed. */
  readonly onLost: (error: Error) => void;
}

export type OpenLink = (options: LinkOptions) => Promise<Link>;

export function makeRing(pieces: readonly Uint8Array[]): Ring {
  const twice = [...pieces, ...pieces];
  const offsets = [0];
  for (const piece of twice) offsets.push(offsets.at(-1)! + piece.length);
  return { size: pieces.length, bytes: Buffer.concat(twice), offsets };
}

/** The bytes of `count` messages, without copying. */
export function pieceOf(ring: Ring, from: number, count: number): Buffer {
  if (count > ring.size) throw new Error(`A ring of ${ring.size} was asked for ${count} messages.`);
  const first = from % ring.size;
  return ring.bytes.subarray(ring.offsets[first], ring.offsets[first + count]);
}
