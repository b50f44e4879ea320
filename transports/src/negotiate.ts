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
  readonly useStatefulReconnect?: boolean;
  /** How long the credentials of the request stay valid, in seconds. */
  readonly tokenLifetimeSeconds?: number;
}

/** The client is to negotiate again at `url`, with `accessToken` in place of its own where there is one. */
export interface NegotiateRedirect {
  readonly kind: 'redirect';
  readonly url: string;
  readonly accessToken?: string;
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
  if (typeof fields['error'] === 'string' && fields['error'] !== '') return { kind: 'error', error: fields['error'] };
  if (typeof fields['url'] === 'string' && fields['url'] !== '') return parseRedirect(fields['url'], fields);
  if (fields['ProtocolVersion'] !== undefined) {
    throw invalid('It comes from an ASP.NET SignalR server (the one before ASP.NET Core), which speaks otherwise.');
  }
  return parseConnection(fields);
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw invalid('It is not JSON.', cause);
  }
  if (!isObject(value)) throw invalid('It is not a JSON object.');
  return value;
}

function parseRedirect(url: string, fields: Fields): NegotiateRedirect {
  const accessToken = optional(fields, 'accessToken', isString);
  return { kind: 'redirect', url, ...(accessToken !== undefined && { accessToken }) };
}

function parseConnection(fields: Fields): NegotiatedConnection {
  const version = optional(fields, 'negotiateVersion', isNumber) ?? 0;
  const connectionId = required(fields, 'connectionId');
  const useStatefulReconnect = optional(fields, 'useStatefulReconnect', isBoolean);
  const tokenLifetimeSeconds = optional(fields, 'tokenLifetimeSeconds', isNumber);
  return {
    kind: 'connection',
    negotiateVersion: version,
    connectionId,
    connectionToken: version > 0 ? required(fields, 'connectionToken') : connectionId,
    availableTransports: parseTransports(fields['availableTransports']),
    ...(useStatefulReconnect !== undefined && { useStatefulReconnect }),
    ...(tokenLifetimeSeconds !== undefined && { tokenLifetimeSeconds }),
  };
}

function parseTransports(value: unknown): AvailableTransport[] {
  if (!Array.isArray(value)) throw invalid('availableTransports is not a list.');
  return value.map((entry: unknown) => {
    if (!isObject(entry)) throw invalid('availableTransports holds something that is not an object.');
    const formats = entry['transferFormats'];
    if (!Array.isArray(formats)) throw invalid('transferFormats is not a list.');
    return { transport: required(entry, 'transport'), transferFormats: formats.filter(isTransferFormat) };
  });
}

function required(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw invalid(`${name} is missing.`);
  return value;
}

function optional<TValue>(
  fields: Fields,
  name: string,
  isExpected: (value: unknown) => value is TValue,
): TValue | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!isExpected(value)) throw invalid(`${name} is of the wrong type.`);
  return value;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTransferFormat(value: unknown): value is TransferFormat {
  return value === 'Text' || value === 'Binary';
}

function invalid(detail: string, cause?: unknown): TransportError {
  return new TransportError('TRANSPORT_INVALID_NEGOTIATION', detail, cause === undefined ? undefined : { cause });
}
