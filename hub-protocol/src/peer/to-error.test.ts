import { describe, expect, it } from 'vitest';
import { toError } from './to-error.ts';

describe('toError', () => {
  it('keeps an error and wraps anything else', () => {
    const error = new TypeError('x');
    expect(toError(error)).toBe(error);
    expect(toError('text')).toMatchObject({ message: 'text', cause: 'text' });
  });
});
