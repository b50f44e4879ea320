import { HubProtocolError } from './errors.ts';
import { ByteAccumulator } from './framing/byte-accumulator.ts';
import { recordSeparator, recordSeparatorByte } from './framing/text-framing.ts';
import { decodeUtf8, encodeUtf8, exceedsUtf8Length } from './framing/utf8.ts';
import type { Payload } from './hub-protocol.ts';

/**
 * The first exchange on a connection, always JSON whatever follows. HubProtocol.md, "Overview".
 *
 *     client                                         server
 *       | {"protocol":"json","version":1} 0x1E  ────►  |
 *       |                        ◄────  {} 0x1E        |  or {"error":"…"} 0x1E, then it closes
 */
export interface HandshakeRequest {
  readonly protocol: string;
  readonly version: number;
}

/** The server's answer; without `error` the connection is ready. */
export interface HandshakeResponse {
  readonly error?: string;
  readonly minorVersion?: number;
}

/** The request as a frame: text, or its bytes for a `Binary` protocol. */
export function writeHandshakeRequest(request: HandshakeRequest, transferFormat: 'Text' | 'Binary'): Payload {
  const { protocol, version } = request;
  return writeRecord({ protocol, version }, transferFormat);
}

/** The answer as a frame: text, or its bytes for a `Binary` protocol. */
export function writeHandshakeResponse(response: HandshakeResponse, transferFormat: 'Text' | 'Binary'): Payload {
  const { error, minorVersion } = response;
  return writeRecord({ error, minorVersion }, transferFormat);
}

function writeRecord(value: object, transferFormat: 'Text' | 'Binary'): Payload {
  // Escaped, because @microsoft/signalr reads the bytes of a binary handshake as one character each.
  const json = JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escapeCodeUnit);
  return transferFormat === 'Text' ? json + recordSeparator : encodeUtf8(json + recordSeparator);
}

function escapeCodeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What a frame brought of a handshake: `rest` follows the record in the same frame and holds the first messages. */
export type HandshakeProgress =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'complete'; readonly record: string; readonly rest: Payload | undefined };

const incomplete: HandshakeProgress = { kind: 'incomplete' };

/** Finds the handshake record at the start of a connection, in one or several frames of text or bytes. */
export class HandshakeReader {
  readonly #maximumBytes: number;
  readonly #partial = new ByteAccumulator();

  /** `maximumBytes` bounds the record without its separator. */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /**
   * MUST NOT be called again once it has returned `complete` or thrown. Throws `PROTOCOL_MESSAGE_TOO_LARGE`, or
   * `PROTOCOL_INVALID_HANDSHAKE` for bytes that are not UTF-8.
   */
  read(frame: Payload): HandshakeProgress {
    const end = typeof frame === 'string' ? frame.indexOf(recordSeparator) : frame.indexOf(recordSeparatorByte);
    if (end === -1) {
      this.#keep(frame);
      return incomplete;
    }
    this.#keep(sliceFrame(frame, 0, end));
    const rest = end + 1 < frame.length ? sliceFrame(frame, end + 1, frame.length) : undefined;
    return { kind: 'complete', record: decodeRecord(this.#partial.take()), rest };
  }

  #keep(frame: Payload): void {
    const room = this.#maximumBytes - this.#partial.length;
    if (typeof frame === 'string' ? exceedsUtf8Length(frame, room) : frame.length > room) {
      throw new HubProtocolError(
        'PROTOCOL_MESSAGE_TOO_LARGE',
        `The limit for a handshake is ${this.#maximumBytes} bytes.`,
      );
    }
    this.#partial.append(typeof frame === 'string' ? encodeUtf8(frame) : frame);
  }
}

function sliceFrame(frame: Payload, start: number, end: number): Payload {
  return typeof frame === 'string' ? frame.slice(start, end) : frame.subarray(start, end);
}

function decodeRecord(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_HANDSHAKE', 'It must be valid UTF-8.', { cause });
  }
}

interface HandshakeFields {
  readonly protocol?: unknown;
  readonly version?: unknown;
  readonly error?: unknown;
  readonly minorVersion?: unknown;
  readonly type?: unknown;
}

/** Reads a request; throws `PROTOCOL_INVALID_HANDSHAKE` saying what is wrong with it. */
export function parseHandshakeRequest(record: string): HandshakeRequest {
  const { protocol, version, type } = parseObject(record);
  if (protocol === undefined && type !== undefined) {
    throw invalid('Expected a handshake request, but the peer sent a hub message first.');
  }
  if (typeof protocol !== 'string' || protocol === '') throw invalid("'protocol' must be a non-empty string.");
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    throw invalid("'version' must be a whole number.");
  }
  return { protocol, version };
}

/** Reads an answer; throws `PROTOCOL_INVALID_HANDSHAKE` saying what is wrong with it. */
export function parseHandshakeResponse(record: string): HandshakeResponse {
  const { error, minorVersion, type } = parseObject(record);
  if (type !== undefined) throw invalid('Expected a handshake response, but the peer sent a hub message first.');
  if (isPresent(error) && typeof error !== 'string') throw invalid("'error' must be a string.");
  if (isPresent(minorVersion) && typeof minorVersion !== 'number') throw invalid("'minorVersion' must be a number.");
  return { ...(isPresent(error) && { error }), ...(isPresent(minorVersion) && { minorVersion }) };
}

function isPresent<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

function parseObject(record: string): HandshakeFields {
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch (cause) {
    throw invalid('It must be JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('It must be a JSON object.');
  return value;
}

function invalid(detail: string, options?: ErrorOptions): HubProtocolError {
  return new HubProtocolError('PROTOCOL_INVALID_HANDSHAKE', detail, options);
}
