// No fatal mode: in .NET too, bytes that are not UTF-8 become U+FFFD.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Up to here one call with the characters as arguments is faster than the decoder. */
const longestLooped = 32;

/** An array of every such length, because arrays that change their length are slow. */
const characters = Array.from({ length: longestLooped + 1 }, (_, length) => Array.from({ length }, () => 0));

/** The text of the UTF-8 bytes from `start`. */
export function readText(bytes: Uint8Array, start: number, length: number): string {
  const units = characters[length];
  if (units !== undefined) {
    let index = 0;
    while (index < length && (units[index] = bytes[start + index]!) < 0x80) index++;
    if (index === length) return String.fromCharCode.apply(undefined, units);
  }
  return decoder.decode(bytes.subarray(start, start + length));
}

interface KnownKey {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Keys come again with every object: each is decoded once, until another one takes its place. */
const knownKeys: (KnownKey | undefined)[] = Array.from({ length: 512 });

/** As `readText`, for the keys of maps, which are short. */
export function readKey(bytes: Uint8Array, start: number, length: number): string {
  let hash = length;
  for (let index = 0; index < length; index++) hash = (Math.imul(hash, 31) + bytes[start + index]!) | 0;
  const place = hash & (knownKeys.length - 1);
  const known = knownKeys[place];
  if (known !== undefined && known.bytes.length === length) {
    let index = 0;
    while (index < length && known.bytes[index] === bytes[start + index]) index++;
    if (index === length) return known.text;
  }
  const text = readText(bytes, start, length);
  knownKeys[place] = { bytes: Uint8Array.from(bytes.subarray(start, start + length)), text };
  return text;
}
