import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeText } from './decode-text.ts';

afterEach(() => vi.unstubAllGlobals());

describe.each(['with', 'without'])('decodeText, %s a TextDecoder', (which) => {
  it.each(['', '\u0000a\n\u001e%41', '\uFEFFbehind a mark', 'é€😀'])('gives %j back', (text) => {
    const bytes = new TextEncoder().encode(text);
    if (which === 'without') vi.stubGlobal('TextDecoder', undefined);
    expect(decodeText(bytes)).toBe(text);
  });
});
