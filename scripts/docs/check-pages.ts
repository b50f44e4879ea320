import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { root } from '../testing/workspace-fixture.ts';
import { readCodeBlocks, type CodeBlock } from './code-blocks.ts';

/** A Markdown page with its named blocks written out as files. */
export interface ExtractedPage {
  /** Path, from the workspace's root. */
  readonly page: string;
  readonly blocks: readonly ExtractedBlock[];
}

export interface ExtractedBlock extends CodeBlock {
  /** Where the block was written. */
  readonly file: string;
}

/**
 * Writes the named blocks of each page (paths from the root) into a folder of its own under `into`, which is emptied
 * first. The folder has to be inside the workspace for the imports to resolve.
 */
export function extractPages(pages: readonly string[], into: string): ExtractedPage[] {
  rmSync(into, { recursive: true, force: true });
  return pages.map((page) => {
    const folder = join(into, page.replaceAll(/[^a-zA-Z0-9-]+/g, '-'));
    const blocks = readCodeBlocks(readFileSync(resolve(root, page), 'utf8')).map((block) => {
      const file = join(folder, block.title);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, block.code);
      return { ...block, file };
    });
    return { page, blocks };
  });
}

/** Type-checks the blocks of all pages; one line for each mistake, by page, with the line number in the page. */
export function checkTypes(pages: readonly ExtractedPage[]): ReadonlyMap<string, readonly string[]> {
  const files = pages.flatMap(({ blocks }) => blocks.map(({ file }) => file));
  const program = ts.createProgram(files, readOptions());
  return new Map(
    pages.map(({ page, blocks }) => [page, blocks.flatMap((block) => mistakesIn(program, block, page))] as const),
  );
}

function mistakesIn(program: ts.Program, { file, line }: ExtractedBlock, page: string): string[] {
  const source = program.getSourceFile(file);
  if (source === undefined) return [`${page}: ${relative(root, file)} was not read`];
  const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return diagnostics.map(({ start = 0, messageText }) => {
    const inBlock = source.getLineAndCharacterOfPosition(start).line;
    return `${page}:${line + inBlock} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

/** The workspace's own options, except that readers may write parameter properties. */
function readOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  return { ...options, erasableSyntaxOnly: false, moduleDetection: ts.ModuleDetectionKind.Force };
}
