import type { ProtocolName } from '../interop-client.ts';

/** What a client does on a raw WebSocket, and how many messages it waits for. */
export type Step =
  /** Sends hub messages in one frame, encoded by the protocol. */
  | { readonly send: readonly object[] }
  /** Sends a JSON record that ends with 0x1E, whatever the protocol: the handshake. */
  | { readonly record: object | string }
  /** Sends text, or bytes in hexadecimal, as they are. */
  | { readonly raw: string; readonly as: 'text' | 'hex' }
  /** Answers the latest invocation of the server. */
  | { readonly answer: { readonly result: unknown } | { readonly error: string } | 'void' }
  | { readonly receive: number }
  /** Waits for the answer to the call with the id `probe`, or for the server to close. */
  | 'settled'
  | 'closed';

export interface Scenario {
  readonly name: string;
  /** @default '/testhub' */
  readonly path?: string;
  /** @default both */
  readonly protocol?: ProtocolName;
  /** Steps after the handshake and the first call; with `noHandshake` after the opening of the WebSocket. */
  readonly steps: readonly Step[];
  readonly noHandshake?: true;
  /** Takes as long as the server's own timers, 15 s. */
  readonly slow?: true;
}
