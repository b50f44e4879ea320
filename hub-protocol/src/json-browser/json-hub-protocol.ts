import { HubProtocolError } from '../errors.ts';
import type { HubProtocol, Payload } from '../hub-protocol.ts';
import { resolveHubProtocolLimits, type HubProtocolLimits } from '../hub-protocol-options.ts';
import { MessageType, type HubMessage } from '../messages.ts';
import type { MessageFields } from '../validate-message.ts';

// What browsers load in place of ../json/json-hub-protocol.ts: that one is written for speed, this one for its size.
// Both read, write and refuse the same, and the tests hold the one against the other.

type Field = keyof MessageFields;

const call: readonly Field[] = ['headers', 'invocationId', 'target', 'arguments', 'streamIds'];

/** What belongs to the messages of each type, by its number and in the order in which it is written. */
const fieldsOf: readonly (readonly Field[] | undefined)[] = [
  undefined,
  call,
  ['headers', 'invocationId', 'item'],
  ['headers', 'invocationId', 'error', 'result'],
  call,
  ['headers', 'invocationId'],
  [],
  ['headers', 'error', 'allowReconnect'],
  ['sequenceId'],
  ['sequenceId'],
];

/** Hub messages as JSON. HubProtocol.md, "JSON Encoding". */
export class JsonHubProtocol implements HubProtocol {
  readonly name = 'json';
  readonly version = 2;
  readonly transferFormat = 'Text';
  readonly #limits: Required<HubProtocolLimits>;

  constructor(limits?: HubProtocolLimits) {
    this.#limits = resolveHubProtocolLimits(limits);
  }

  parseMessage(payload: Payload): HubMessage | undefined {
    const fields = parseFields(payload);
    const { type } = fields;
    if (!Number.isSafeInteger(type)) throw invalid('type');
    const names = fieldsOf[type as number];
    if (names === undefined) return undefined;
    const read: Record<string, unknown> = { type };
    for (const name of names) {
      const value = fields[name];
      if (isAbsent(name, value, type)) continue;
      if (!this.#isValid(name, value) || (name === 'result' && 'error' in read)) throw invalid(name);
      if (!isEmpty(name, value)) read[name] = value;
    }
    const { maximumDepth } = this.#limits;
    for (const name in read) makeHarmless(read[name], name === 'arguments' ? maximumDepth + 1 : maximumDepth);
    return (type === MessageType.Completion ? withOutcome(read) : read) as unknown as HubMessage;
  }

  #isValid(name: Field, value: unknown): boolean {
    switch (name) {
      case 'arguments':
        return Array.isArray(value);
      case 'streamIds':
        return Array.isArray(value) && value.every((id) => this.#isValid('target', id));
      case 'headers':
        return isObject(value) && Object.values(value).every(isText);
      case 'error':
        return isText(value);
      case 'allowReconnect':
        return typeof value === 'boolean';
      case 'sequenceId':
        return Number.isSafeInteger(value) && Number(value) >= 0;
      case 'item':
      case 'result':
        return value !== undefined;
      case 'invocationId':
      case 'target':
        return isText(value) && value !== '' && value.length <= this.#limits.maximumNameLength;
    }
  }

  writeMessage(message: HubMessage): string {
    try {
      const fields: MessageFields & object = { ...message, ...('outcome' in message && message.outcome) };
      let json = `{"type":${message.type}`;
      for (const name of fieldsOf[message.type]!) {
        const value = fields[name];
        if (name in fields && !isEmpty(name, value)) json += `,"${name}":${writeValue(value)}`;
      }
      return `${json}}`;
    } catch (cause) {
      if (cause instanceof HubProtocolError) throw cause;
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', Object(cause).message, { cause });
    }
  }
}

function parseFields(payload: Payload): MessageFields & { readonly type?: unknown } {
  let fields: unknown;
  try {
    fields = JSON.parse(payload as string);
  } catch (cause) {
    throw invalid('JSON', cause);
  }
  if (isObject(fields)) return fields;
  throw invalid('object');
}

/** Optional fields may be `null` too; an empty id is how some clients say that they want no answer. */
function isAbsent(name: Field, value: unknown, type: unknown): boolean {
  if (name === 'invocationId') return type === MessageType.Invocation && (value ?? '') === '';
  return /^(headers|streamIds|error|allow)/.test(name)
    ? value === undefined || value === null
    : name === 'result' && value === undefined;
}

/** Whether the value means the same as its absence. */
function isEmpty(name: Field, value: unknown): boolean {
  if (name === 'headers' || name === 'streamIds') return Object.keys(value ?? {}).length === 0;
  return (
    (value === undefined && name !== 'item' && name !== 'result') || (value === false && name === 'allowReconnect')
  );
}

function withOutcome({ error, result, ...completion }: MessageFields): object {
  if (error !== undefined) return { ...completion, outcome: { kind: 'error', error } };
  return { ...completion, outcome: result === undefined ? { kind: 'void' } : { kind: 'result', result } };
}

/** Deletes every own `__proto__`: it would change the prototype of an object that somebody copies it to. */
function makeHarmless(value: unknown, levels: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (levels === 0) throw new HubProtocolError('PROTOCOL_TOO_DEEP');
  delete (value as Record<string, unknown>)['__proto__'];
  for (const member of Object.values(value)) makeHarmless(member, levels - 1);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function invalid(what: string, cause?: unknown): HubProtocolError {
  return new HubProtocolError('PROTOCOL_INVALID_MESSAGE', `Wrong: '${what}'.`, { cause });
}

/** In an array `JSON.stringify` writes `null` for what it would leave out. */
function writeValue(value: unknown): string {
  return JSON.stringify([value], replaceValue).slice(1, -1);
}

/** Looks at `this[key]`, because bytes may have a `toJSON` that has already been applied to `value`. */
function replaceValue(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const original = this[key];
  const bytes = original instanceof ArrayBuffer ? new Uint8Array(original) : original;
  if (ArrayBuffer.isView(bytes) && !isOwnForm(value, original as ArrayLike<number>)) {
    const { buffer, byteOffset, byteLength } = bytes;
    const codes = Array.from(new Uint8Array(buffer, byteOffset, byteLength), (byte) => String.fromCharCode(byte));
    return btoa(codes.join(''));
  }
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', 'A bigint is too large.');
}

/** Whether bytes are to be written as an object: they have a `toJSON`, not that of a `Buffer`, or only members. */
function isOwnForm(value: unknown, bytes: Partial<ArrayLike<number>>): boolean {
  return value === bytes ? !bytes.length && Object.keys(bytes).length > 0 : Object(value).type !== 'Buffer';
}
