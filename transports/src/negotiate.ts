import type { TransferFormat } from './connection.ts';
import { TransportError } from './errors.ts';

/** The newest negotiate version this package speaks; a client may ask for an older one. */
export const negotiateVersion = 1;

/** One transport that the server offers, best first. */
export interface AvailableTransport {
  readonly transport: string;
  readonly transferFormats: readonly TransferFormat[];
}

/** The server made a connection for the client. */
export interface NegotiatedConnection {
  readonly kind: 'connection';
  readonly negotiateVersion: number;
  /** Public. */
  readonly connectionId: string;
  /** Secret: the `id` of every later request. In version 0 the same as `connectionId`. */
  readonly connectionToken: string;
  readonly availableTransports: readonly AvailableTransport[];
  readonly useStatefulReconnect?: boolean | undefined;
  /** How long the credentials of the request stay valid, in seconds. */
  readonly tokenLifetimeSeconds?: number | undefined;
}

/** The client is to negotiate again at `url`, with `accessToken` in place of its own where there is one. */
export interface NegotiateRedirect {
  readonly kind: 'redirect';
  readonly url: string;
  readonly accessToken?: string | undefined;
}

/** The server refuses; the client must not try again. */
export interface NegotiateRefusal {
  readonly kind: 'error';
  readonly error: string;
}

export type NegotiateResponse = NegotiatedConnection | NegotiateRedirect | NegotiateRefusal;

/** The body of a negotiate answer (TransportProtocols.md, "POST [endpoint-base]/negotiate request"). */
export function writeNegotiateResponse(response: NegotiateResponse): string {
  const isVersion0 = response.kind === 'connection' && response.negotiateVersion === 0;
  return JSON.stringify({ ...response, kind: undefined, ...(isVersion0 && { connectionToken: undefined }) });
}

/**
 * Reads the body of a negotiate answer, as far as clients have a use for it.
 *
 * @throws TransportError `TRANSPORT_INVALID_NEGOTIATION`
 */
export function parseNegotiateResponse(body: string): NegotiateResponse {
  const { error, url, accessToken, connectionId, negotiateVersion: version, ...others } = parseObject(body);
  if (isText(error)) return { kind: 'error', error };
  if (isText(url)) return { kind: 'redirect', url, accessToken: isText(accessToken) ? accessToken : undefined };
  const { connectionToken, availableTransports } = others;
  const negotiateVersion = Number(version ?? 0);
  const token = negotiateVersion > 0 ? connectionToken : connectionId;
  if (!isText(connectionId) || !isText(token) || !Array.isArray(availableTransports)) {
    const isOld = 'ProtocolVersion' in others;
    throw invalid(isOld ? 'This is ASP.NET SignalR, not ASP.NET Core SignalR.' : 'It names no connection.');
  }
  const transports = availableTransports.map(readTransport);
  return {
    kind: 'connection',
    negotiateVersion,
    connectionId,
    connectionToken: token,
    availableTransports: transports,
  };
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body));
  } catch (cause) {
    throw invalid(body.startsWith('<') ? 'It is a page: no hub is mapped there.' : 'It is not JSON.', { cause });
  }
}

function readTransport(entry: unknown): AvailableTransport {
  const { transport, transferFormats }: Readonly<Record<string, unknown>> = Object(entry);
  if (!isText(transport) || !Array.isArray(transferFormats)) throw invalid('A transport is not described.');
  return { transport, transferFormats: transferFormats.filter(isTransferFormat) };
}

function isText(value: unknown): value is string {
  return !!value && typeof value === 'string';
}

function isTransferFormat(value: unknown): value is TransferFormat {
  return value === 'Text' || value === 'Binary';
}

function invalid(detail: string, options?: ErrorOptions): TransportError {
  return new TransportError('TRANSPORT_INVALID_NEGOTIATION', `The negotiate answer is not valid. ${detail}`, options);
}
