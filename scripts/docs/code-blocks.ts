/** A fenced block of TypeScript whose info string names a file: ` ```ts title="chat-hub.ts" run `. */
export interface CodeBlock {
  /** The file, relative to the page's own folder; blocks of one page import each other by it. */
  readonly title: string;
  /** `run` stands in the info string: the block is executed after the check. */
  readonly run: boolean;
  readonly code: string;
  /** The line of the page on which the code begins, from 1. */
  readonly line: number;
}

/** The named TypeScript blocks of a Markdown page, in order. Throws when two blocks of the page have one name. */
export function readCodeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split('\n');
  let next = 0;
  while (next < lines.length) {
    const start = next;
    const [, fence, info = ''] = /^(`{3,})(.*)$/.exec(lines[start] ?? '') ?? [];
    next += 1;
    if (fence === undefined) continue;
    const end = lines.indexOf(fence, next);
    if (end === -1) throw new Error(`line ${start + 1}: the block has no end`);
    next = end + 1;
    const title = /^tsx?\s.*\btitle="([^"]+\.tsx?)"/.exec(info)?.[1];
    if (title === undefined) continue;
    if (blocks.some((block) => block.title === title)) throw new Error(`line ${start + 1}: a second ${title}`);
    const code = `${lines.slice(start + 1, end).join('\n')}\n`;
    blocks.push({ title, run: /\srun(\s|$)/.test(info), code, line: start + 2 });
  }
  return blocks;
}
