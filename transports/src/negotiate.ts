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
 * Reads the body of a negotiate answer.
 *
 * @throws TransportError `TRANSPORT_INVALID_NEGOTIATION` with what is wrong about it
 */
export function parseNegotiateResponse(body: string): NegotiateResponse {
  const fields = parseObject(body);
  const { error, url } = fields;
  if (error && typeof error === 'string') return { kind: 'error', error };
  if (url && typeof url === 'string') return { kind: 'redirect', url, accessToken: read(fields, 'accessToken', '') };
  if (fields['ProtocolVersion'] !== undefined) throw invalid('This is ASP.NET SignalR, not ASP.NET Core SignalR.');
  const version = read(fields, 'negotiateVersion', 0) ?? 0;
  const connectionId = required(fields, 'connectionId');
  return {
    kind: 'connection',
    negotiateVersion: version,
    connectionId,
    connectionToken: version > 0 ? required(fields, 'connectionToken') : connectionId,
    availableTransports: readList(fields, 'availableTransports').map((entry) => {
      if (!isObject(entry)) throw invalid('availableTransports holds something that is not an object.');
      const transferFormats = readList(entry, 'transferFormats').filter(isTransferFormat);
      return { transport: required(entry, 'transport'), transferFormats };
    }),
    useStatefulReconnect: read(fields, 'useStatefulReconnect', false),
    tokenLifetimeSeconds: read(fields, 'tokenLifetimeSeconds', 0),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw invalid(body.startsWith('<') ? 'It is not JSON but a page: no hub is mapped there.' : 'It is not JSON.', {
      cause,
    });
  }
  if (isObject(value)) return value;
  throw invalid('It is not a JSON object.');
}

/** A field that may be missing, of the type of `example`. */
function read<T extends string | number | boolean>(fields: Fields, name: string, example: T): T | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === typeof example) return value as T | undefined;
  throw invalid(`${name} is of the wrong type.`);
}

function required(fields: Fields, name: string): string {
  const value: string | undefined = read(fields, name, '');
  if (value) return value;
  throw invalid(`${name} is missing.`);
}

function readList(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (Array.isArray(value)) return value;
  throw invalid(`${name} is not a list.`);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTransferFormat(value: unknown): value is TransferFormat {
  return value === 'Text' || value === 'Binary';
}

function invalid(detail: string, options?: ErrorOptions): TransportError {
  return new TransportError('TRANSPORT_INVALID_NEGOTIATION', `The negotiate answer is not valid. ${detail}`, options);
}
