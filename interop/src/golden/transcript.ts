import type { ProtocolName } from '../interop-client.ts';

/** One thing that was seen on a raw WebSocket, in order. */
export type TranscriptEntry =
  /** A hub message, or a handshake record, that the client sent. */
  | { readonly client: unknown }
  /** What the client sent as it was: text, or bytes in hexadecimal. */
  | { readonly clientRaw: string }
  /** A hub message, or a handshake record, of the server, and how it was written: text, or bytes in hexadecimal. */
  | { readonly server: unknown; readonly wire: string }
  /** The server closed the WebSocket. */
  | { readonly closed: number }
  /** The server owed something and nothing came. */
  | { readonly missing: string };

/** A scenario as it went. */
export interface Transcript {
  readonly name: string;
  readonly entries: readonly TranscriptEntry[];
}

/** A golden file: how one server answered every scenario in one protocol. */
export interface GoldenFile {
  readonly recordedFrom: string;
  readonly protocol: ProtocolName;
  readonly transcripts: readonly Transcript[];
}

// What differs from run to run is replaced by something of the same length, so that written lengths stay true.

/** Stands for a connection id. */
export const connectionIdPlaceholder = 'connectionId-22-chars-';

/** Stands for the id that the server gives to a call of its own. */
export const serverIdPlaceholder = 's0';
