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
}

/** The request as a frame: text, or its bytes for a `Binary` protocol. */
export function writeHandshakeRequest(request: HandshakeRequest, transferFormat: 'Text' | 'Binary'): Payload {
  const { protocol, version } = request;
  return writeRecord({ protocol, version }, transferFormat);
}

/** The answer as a frame: text, or its bytes for a `Binary` protocol. */
export function writeHandshakeResponse(response: HandshakeResponse, transferFormat: 'Text' | 'Binary'): Payload {
  const { error } = response;
  if (error !== undefined) return writeRecord({ error }, transferFormat);
  // The usual one, which every connection gets.
  return transferFormat === 'Text' ? acceptance : encodeUtf8(acceptance);
}

const acceptance = `{}${recordSeparator}`;

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

/** Finds the handshake record at the start of a connection, in one or several frames of text or bytes. */
export class HandshakeReader {
  readonly #maximumBytes: number;
  /** Of a record that comes in several frames. */
  #partial: ByteAccumulator | undefined;

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
    const part = end === -1 ? frame : frame.slice(0, end);
    if (this.#isTooLarge(part)) {
      throw new HubProtocolError('PROTOCOL_MESSAGE_TOO_LARGE', `The limit is ${this.#maximumBytes} bytes.`);
    }
    if (end === -1) {
      this.#add(part);
      return { kind: 'incomplete' };
    }
    const rest = end + 1 < frame.length ? frame.slice(end + 1) : undefined;
    return { kind: 'complete', record: this.#complete(part), rest };
  }

  #isTooLarge(part: Payload): boolean {
    const room = this.#maximumBytes - (this.#partial?.length ?? 0);
    return typeof part === 'string' ? exceedsUtf8Length(part, room) : part.length > room;
  }

  #add(part: Payload): ByteAccumulator {
    this.#partial ??= new ByteAccumulator();
    this.#partial.append(typeof part === 'string' ? encodeUtf8(part) : part);
    return this.#partial;
  }

  #complete(part: Payload): string {
    // The usual one: text, all of it in one frame.
    if (this.#partial === undefined && typeof part === 'string') return part;
    try {
      return decodeUtf8(this.#add(part).take());
    } catch (cause) {
      throw invalid('It must be valid UTF-8.', { cause });
    }
  }
}

type HandshakeFields = Partial<Record<'protocol' | 'version' | 'error' | 'type', unknown>>;

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
  const { type, error } = parseObject(record);
  if (type !== undefined) throw invalid('Expected a handshake response, but the peer sent a hub message first.');
  if (error === undefined || error === null) return {};
  if (typeof error !== 'string') throw invalid("'error' must be a string.");
  return { error };
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
