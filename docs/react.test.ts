import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../scripts/testing/workspace-fixture.ts';

const page = readFileSync(join(root, 'docs/react.md'), 'utf8');
const quotations = [...page.matchAll(/^```tsx? file="([^"]+)"\n(.*?)^```$/gms)].map(([, file = '', code = '']) => ({
  file,
  code,
}));

describe('docs/react.md', () => {
  it('quotes the sample', () => {
    expect(quotations.map(({ file }) => file)).toContain('samples/react-poll/web/app.tsx');
  });

  it.each(quotations)('quotes $file as it is', ({ file, code }) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(code);
  });
});
