import { parseHandshakeRequest, type HandshakeReader, type HubProtocol, type Payload } from '@hubwire/hub-protocol';
import type { Connection, Frame } from '@hubwire/transports';
import { describeError } from '../dispatch/error-texts.ts';
import type { ResolvedHubConnectionOptions } from '../options.ts';
import { chooseProtocol } from './choose-protocol.ts';

/** What a frame brought of the handshake. */
export type HandshakeOutcome =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'refused'; readonly error: string; readonly cause?: unknown }
  /** `rest` is what came behind it in the same frame. */
  | { readonly kind: 'accepted'; readonly protocol: HubProtocol; readonly rest: Payload | undefined };

/** Reads the client's half of the handshake and decides on it. */
export function readHandshake(
  frame: Frame,
  reader: HandshakeReader,
  { connection, options }: { readonly connection: Connection; readonly options: ResolvedHubConnectionOptions },
): HandshakeOutcome {
  try {
    const progress = reader.read(frame);
    if (progress.kind === 'incomplete') return progress;
    const chosen = chooseProtocol(parseHandshakeRequest(progress.record), options.protocols, connection);
    if (typeof chosen === 'string') return { kind: 'refused', error: chosen };
    return { kind: 'accepted', protocol: chosen, rest: progress.rest };
  } catch (error) {
    const text = 'An unexpected error occurred during connection handshake.';
    return { kind: 'refused', error: describeError(text, error, options.enableDetailedErrors), cause: error };
  }
}
