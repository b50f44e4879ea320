import { decodeUtf8, exceedsUtf8Length } from '../framing/utf8.ts';
import { requireLimit, resolveHubProtocolLimits, type HubProtocolLimits } from '../hub-protocol-options.ts';
import type { Payload } from '../hub-protocol.ts';
import { makeHarmless } from '../json/make-harmless.ts';
import type { CompletionOutcome } from '../messages.ts';
import { nullId, writeId } from './json-rpc-id.ts';

/** Arguments by position or by name. */
export type JsonRpcParameters = readonly unknown[] | Readonly<Record<string, unknown>>;

/** One thing that a client says. Every `id` is JSON text. */
export type JsonRpcEntry =
  /** Without an `id` it is a notification, and is not answered whatever happens. */
  | {
      readonly kind: 'call';
      readonly id: string | undefined;
      readonly method: string;
      readonly parameters: JsonRpcParameters;
    }
  /** The answer to a call of ours; `id` is the one that we gave the call. */
  | { readonly kind: 'answer'; readonly id: string; readonly outcome: CompletionOutcome }
  /** A response that is none of ours. Answering it could go on for ever. */
  | { readonly kind: 'stray' }
  | { readonly kind: 'invalid'; readonly id: string; readonly detail: string | undefined };

/** What a frame holds. */
export type JsonRpcFrame =
  | { readonly kind: 'single'; readonly entry: JsonRpcEntry }
  | { readonly kind: 'batch'; readonly entries: readonly JsonRpcEntry[] }
  /** To be answered by one error under the id `null`. */
  | {
      readonly kind: 'refused';
      readonly refusal: 'parseError' | 'invalidRequest';
      readonly detail: string | undefined;
      /** The option whose limit the frame is beyond. */
      readonly limit: string | undefined;
    };

export interface JsonRpcReaderLimits extends HubProtocolLimits {
  /** Size of one frame in UTF-8 bytes. */
  readonly maximumMessageBytes: number;
  /** How many messages one batch may hold. */
  readonly maximumBatch: number;
}

/** Reads frames of JSON-RPC 2.0, each a message or a batch. It holds no state and never throws. */
export class JsonRpcReader {
  readonly #limits: Required<JsonRpcReaderLimits>;

  /** Throws `PROTOCOL_INVALID_OPTION` for a limit that is not a positive whole number. */
  constructor({ maximumMessageBytes, maximumBatch, ...limits }: JsonRpcReaderLimits) {
    requireLimit('maximumMessageBytes', maximumMessageBytes);
    requireLimit('maximumBatch', maximumBatch);
    this.#limits = { ...resolveHubProtocolLimits(limits), maximumMessageBytes, maximumBatch };
  }

  read(frame: Payload): JsonRpcFrame {
    const { maximumMessageBytes, maximumBatch } = this.#limits;
    const isTooLarge =
      typeof frame === 'string' ? exceedsUtf8Length(frame, maximumMessageBytes) : frame.length > maximumMessageBytes;
    if (isTooLarge) return beyond('maximumReceiveMessageBytes', `A message may have ${maximumMessageBytes} bytes.`);
    const parsed = parse(frame);
    if (parsed === undefined) return refused('parseError');
    const { value } = parsed;
    if (!Array.isArray(value)) return { kind: 'single', entry: this.#readEntry(value) };
    if (value.length === 0) return refused('invalidRequest');
    if (value.length > maximumBatch) {
      return beyond('maximumBatch', `A batch may hold ${maximumBatch} messages.`);
    }
    return { kind: 'batch', entries: value.map((member: unknown) => this.#readEntry(member)) };
  }

  #readEntry(value: unknown): JsonRpcEntry {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid(nullId);
    const fields: JsonRpcFields = value;
    const isRequest = Object.hasOwn(fields, 'method');
    if (!isRequest && (Object.hasOwn(fields, 'result') || Object.hasOwn(fields, 'error'))) {
      return this.#readAnswer(fields);
    }
    const hasId = Object.hasOwn(fields, 'id');
    const id = hasId ? writeId(fields.id, this.#limits.maximumNameLength) : undefined;
    if (hasId && id === undefined) {
      return invalid(nullId, 'An id is a string, null, or a number that keeps its value as a double.');
    }
    return isRequest ? this.#readCall(id, fields) : invalid(id ?? nullId);
  }

  #readCall(id: string | undefined, { jsonrpc, method, params = none }: JsonRpcFields): JsonRpcEntry {
    if (jsonrpc !== '2.0' || typeof method !== 'string' || !isParameters(params)) return invalid(id ?? nullId);
    const { maximumNameLength, maximumDepth } = this.#limits;
    if (method.length > maximumNameLength)
      return invalid(id ?? nullId, `A name may have ${maximumNameLength} letters.`);
    // The parameters themselves lie one level above the deepest argument.
    if (!makeHarmless(params, maximumDepth + 1)) return invalid(id ?? nullId, tooDeep(maximumDepth));
    return { kind: 'call', id, method, parameters: params };
  }

  #readAnswer({ jsonrpc, id, result, error }: JsonRpcFields): JsonRpcEntry {
    if (jsonrpc !== '2.0' || typeof id !== 'string') return { kind: 'stray' };
    if (error !== undefined && error !== null) return { kind: 'answer', id, outcome: failed(textOf(error)) };
    const { maximumDepth } = this.#limits;
    const outcome = makeHarmless(result, maximumDepth) ? resultOf(result) : failed(tooDeep(maximumDepth));
    return { kind: 'answer', id, outcome };
  }
}

interface JsonRpcFields {
  readonly jsonrpc?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

const none: readonly never[] = [];

function parse(frame: Payload): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(typeof frame === 'string' ? frame : decodeUtf8(frame)) };
  } catch {
    return undefined;
  }
}

function isParameters(value: unknown): value is JsonRpcParameters {
  return typeof value === 'object' && value !== null;
}

function tooDeep(maximumDepth: number): string {
  return `Values may be nested ${maximumDepth} levels deep.`;
}

function textOf(error: unknown): string {
  const message: unknown = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return typeof message === 'string' ? message : 'The client answered with an error that has no message.';
}

function failed(error: string): CompletionOutcome {
  return { kind: 'error', error };
}

function resultOf(result: unknown): CompletionOutcome {
  return { kind: 'result', result };
}

function invalid(id: string, detail?: string): JsonRpcEntry {
  return { kind: 'invalid', id, detail };
}

function refused(refusal: 'parseError' | 'invalidRequest'): JsonRpcFrame {
  return { kind: 'refused', refusal, detail: undefined, limit: undefined };
}

function beyond(limit: string, detail: string): JsonRpcFrame {
  return { kind: 'refused', refusal: 'invalidRequest', detail, limit };
}
