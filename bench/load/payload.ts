const filler = 'The quick brown fox jumps over the lazy dog 0123456789 ';

/** Text of exactly `bytes` bytes that starts with its number, so that no answer passes for another. */
export function payload(index: number, bytes: number): string {
  return `${index} `.padEnd(bytes, filler).slice(0, bytes);
}
