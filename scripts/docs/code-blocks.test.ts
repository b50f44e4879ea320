import { describe, expect, it } from 'vitest';
import { readCodeBlocks } from './code-blocks.ts';

const page = (...lines: string[]) => lines.join('\n');

describe('readCodeBlocks', () => {
  it('takes the TypeScript blocks that name a file', () => {
    const blocks = readCodeBlocks(
      page(
        '# Page',
        '```ts title="a.ts"',
        'a();',
        '```',
        '```ts',
        'fragment',
        '```',
        '```tsx title="b/c.tsx" run',
        '```',
      ),
    );
    expect(blocks).toEqual([
      { title: 'a.ts', run: false, code: 'a();\n', line: 3 },
      { title: 'b/c.tsx', run: true, code: '\n', line: 9 },
    ]);
  });

  it('leaves blocks of other languages and blocks inside longer fences alone', () => {
    expect(readCodeBlocks(page('```sh title="a.ts"', '```', '````md', '```ts title="a.ts"', '```', '````'))).toEqual(
      [],
    );
  });

  it('does not take a file named run for the mark', () => {
    expect(readCodeBlocks(page('```ts title="run.ts"', '```'))[0]?.run).toBe(false);
  });

  it('refuses a name used twice and a block without an end', () => {
    expect(() => readCodeBlocks(page('```ts title="a.ts"', '```', '```ts title="a.ts"', '```'))).toThrow('line 3');
    expect(() => readCodeBlocks(page('text', '```ts title="a.ts"', 'a();'))).toThrow('line 2');
  });
});
