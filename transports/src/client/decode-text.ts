/** UTF-8 as text, a byte order mark included; also where there is no `TextDecoder`, as on React Native. */
export function decodeText(bytes: Uint8Array): string {
  if (globalThis.TextDecoder) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
}
