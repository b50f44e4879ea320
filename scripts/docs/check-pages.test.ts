import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFixture } from '../testing/workspace-fixture.ts';
import { checkTypes, extractPages } from './check-pages.ts';

const into = join(import.meta.dirname, '.extracted');

const page = `# A page
\`\`\`ts title="server.ts"
export class ChatHub {
  constructor(readonly name: string) {}
}
\`\`\`
Text.
\`\`\`ts title="client.ts"
import type { ChatHub } from './server.ts';
export const length = (hub: ChatHub): number => hub.name.length;
export const wrong: number = 'text';
\`\`\`
\`\`\`ts title="deep/other.ts"
import { nothing } from '@hubwire/no-such-package';
export const value = nothing;
\`\`\`
`;

describe('checkTypes', () => {
  afterAll(() => rmSync(into, { recursive: true, force: true }));

  it('reports each mistake with its line in the page, and nothing else', () => {
    using fixture = createFixture();
    fixture.write({ 'page.md': page });
    const path = join(fixture.folder, 'page.md');
    const mistakes = checkTypes(extractPages([path], into)).get(path);
    expect(mistakes).toEqual([
      `${path}:11 Type 'string' is not assignable to type 'number'.`,
      expect.stringMatching(/page\.md:14 Cannot find module '@hubwire\/no-such-package'/),
    ]);
  }, 60_000);
});
