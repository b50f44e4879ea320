import { HubProtocolError } from '../errors.ts';

/** Everything that JSON cannot hold as it is. Testing first makes long texts about three times as fast. */
// oxlint-disable-next-line no-control-regex
const needsEscape = /[\u0000-\u001f"\\\ud800-\udfff]/;

export function writeJsonString(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/**
 * Writes a value as `JSON.stringify` does, save that `undefined` alone is `null`, bytes (any view or `ArrayBuffer`) are
 * base64 as .NET reads and writes them, and a `bigint` is a number within ±(2^53 - 1) and refused beyond it. Bytes with
 * a `toJSON` or members of their own are written as such an object is.
 */
export function writeJsonValue(value: unknown): string {
  if (typeof value === 'string') return writeJsonString(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null || value === undefined) return 'null';
  if (isCommonBytes(value)) return `"${toBase64(value)}"`;
  const left = search(value, firstLook);
  return (left === 0 ? writeAndLook(value) : stringify(value, left === found)) ?? 'null';
}

/**
 * Arrays and objects that are looked into before anything is written. Most messages have fewer, and most that hold bytes
 * have some there: to write them without regard to that, and then again, would take many times as long.
 */
const firstLook = 4;
/** More than a message has, and still an integer that costs no memory. */
const everything = 2 ** 24;
/** So many items of an array are looked at for each array and object that is left to look into. */
const itemsLookedAt = 4;

/** Looks for bytes in what is written without regard to them, which is many times faster than a walk over the values. */
function writeAndLook(value: unknown): string | undefined {
  let json: string | undefined;
  try {
    json = stringify(value, false);
  } catch {
    // A bigint, or what will be thrown again.
    return stringify(value, true);
  }
  if (json === undefined || !marksOfBytes.some((mark) => json.includes(mark))) return json;
  return search(value, everything) > 0 ? json : stringify(value, true);
}

/**
 * What is in the JSON of all bytes: of arrays with a length, of all others, and of Node's `Buffer`, here without its end
 * because short texts are found faster. Other values may have them too.
 */
const marksOfBytes = ['{"0":', '{}', 'Buffe'];

/** A replacer makes JSON.stringify two to seven times slower. */
function stringify(value: unknown, isReplaced: boolean): string | undefined {
  return JSON.stringify(value, isReplaced ? replaceValue : undefined);
}

/** What a search says that found a value which only `replaceValue` writes. */
const found = -1;

/**
 * Looks for what only `replaceValue` writes, in at most `budget` arrays and objects and some items of each array.
 * Returns what is left of the budget, `found`, or 0 where the budget ran out. Numbers, because an object per search
 * would cost more than most searches do.
 */
function search(value: unknown, budget: number, levels = deepestLook): number {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'bigint' || typeof value === 'function' ? found : budget;
  }
  if (budget === 0) return 0;
  if (levels === 0) return found;
  return Array.isArray(value)
    ? searchItems(value, budget - 1, levels - 1)
    : searchMembers(value, budget - 1, levels - 1);
}

function searchItems(items: readonly unknown[], budget: number, levels: number): number {
  const length = Math.min(items.length, (budget + 1) * itemsLookedAt);
  let left = budget;
  // By index: an iterator is slow once it has met arrays of numbers, of objects and of both.
  for (let index = 0; index < length; index++) {
    const item = items[index];
    if (isSimple(item)) continue;
    left = search(item, left, levels);
    if (left <= 0) return left;
  }
  return length < items.length ? 0 : left;
}

function searchMembers(value: object, budget: number, levels: number): number {
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    if (value instanceof Date) return budget;
    if (isBytes(value) || 'toJSON' in value) return found;
  }
  const members = value as Readonly<Record<string, unknown>>;
  let left = budget;
  // Makes no list of the keys, as `Object.values` would.
  for (const key in members) {
    const member = members[key];
    if (isSimple(member)) continue;
    left = search(member, left, levels);
    if (left <= 0) return left;
  }
  return left;
}

/** Also what stops the search in a cyclic value; JSON.stringify will find the cycle and say so. */
const deepestLook = 100;

/** Neither bytes nor a bigint, nor anything that may hold them; a function may be a `toJSON` that returns them. */
function isSimple(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' || value === null;
}

/** Looks at `this[key]`, because a Node `Buffer` has a `toJSON` that has already been applied to `value`. */
function replaceValue(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return toSafeNumber(value);
  const original = this[key];
  if (!isBytes(original)) return value;
  const isOwnForm = value === original ? hasMembers(original) : !isFormOfBuffer(value);
  return isOwnForm ? value : toBase64(original);
}

function isFormOfBuffer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}

function toSafeNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', 'A bigint beyond ±(2^53 - 1) has no exact form in JSON.');
}

const nodeBuffer = (globalThis as { readonly Buffer?: { readonly prototype: object } }).Buffer?.prototype;

/** Bytes that need no second look. */
function isCommonBytes(value: unknown): value is Uint8Array {
  if (!(value instanceof Uint8Array) || value.length === 0 || Object.hasOwn(value, 'toJSON')) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Uint8Array.prototype || prototype === nodeBuffer;
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/** Beside its bytes, which are members of an array that has some. */
function hasMembers(bytes: ArrayBuffer | ArrayBufferView): boolean {
  return !('length' in bytes && Number(bytes.length) > 0) && Object.keys(bytes).length > 0;
}

const digits = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=');
const padding = 64;
const decoder = new TextDecoder();

function toBase64(value: ArrayBuffer | ArrayBufferView): string {
  const bytes =
    value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const base64 = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let index = 0, place = 0; index < bytes.length; index += 3) {
    const second = bytes[index + 1];
    const third = bytes[index + 2];
    const group = (bytes[index]! << 16) | ((second ?? 0) << 8) | (third ?? 0);
    base64[place++] = digits[group >> 18]!;
    base64[place++] = digits[(group >> 12) & 63]!;
    base64[place++] = digits[second === undefined ? padding : (group >> 6) & 63]!;
    base64[place++] = digits[third === undefined ? padding : group & 63]!;
  }
  return decoder.decode(base64);
}
