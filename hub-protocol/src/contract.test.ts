import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('./contract-in-use.ts', import.meta.url));

const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: [],
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
};

/** Parsing the libraries takes most of the time; the programs share them. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Compiles `source` as if it stood beside `contract.ts`. */
function compile(source: string): ts.Program {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  parsed.set(entry, ts.createSourceFile(entry, source, ts.ScriptTarget.ES2022));
  host.getSourceFile = (name, ...rest) => {
    if (!parsed.has(name)) parsed.set(name, getSourceFile.call(host, name, ...rest));
    return parsed.get(name);
  };
  host.fileExists = (name) => name === entry || fileExists.call(host, name);
  return ts.createProgram([entry], options, host);
}

function problems(program: ts.Program): string[] {
  return program
    .getSemanticDiagnostics()
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

/** The type of each property of the variable `name`, as an editor shows it. */
function hovers(program: ts.Program, name: string): Record<string, string> {
  const checker = program.getTypeChecker();
  const properties = checker
    .getSymbolsInScope(program.getSourceFile(entry)!, ts.SymbolFlags.Variable)
    .filter((symbol) => symbol.name === name)
    .flatMap((symbol) => checker.getTypeOfSymbol(symbol).getProperties());
  return Object.fromEntries(
    properties.map((property) => [property.name, checker.typeToString(checker.getTypeOfSymbol(property))]),
  );
}

/** How much work the checker has done; an internal of the compiler that `--extendedDiagnostics` prints. */
function instantiations(program: ts.Program): number {
  expect(problems(program)).toEqual([]);
  const count: unknown = Reflect.apply(Reflect.get(program, 'getInstantiationCount'), program, []);
  return Number(count);
}

const imports = "import type { HubInvoker, HubSender, HubStreamer, ClientHandlers } from './contract.ts';\n";

describe('contract types in an editor', () => {
  it('shows plain signatures with the names of the parameters', { timeout: 30_000 }, () => {
    const program = compile(`${imports}
      type Colour = 'red' | 'blue';
      declare class ChatHub {
        send(text: string): Promise<number>;
        paint(colour: Colour, at?: Date, ...more: string[]): void;
        upload(name: string, chunks: AsyncIterable<string>, signal?: AbortSignal): Promise<number>;
        countdown(from: number, step?: number, signal?: AbortSignal): AsyncGenerator<number>;
      }
      interface ChatClient { received(from: string): void; confirm(question: string): boolean }
      declare const invoke: HubInvoker<ChatHub>;
      declare const send: HubSender<ChatHub>;
      declare const stream: HubStreamer<ChatHub>;
      declare const handlers: ClientHandlers<ChatClient>;
      export { invoke, send, stream, handlers };`);
    expect(problems(program)).toEqual([]);
    expect(hovers(program, 'invoke')).toEqual({
      send: '(text: string) => Promise<number>',
      paint: '(colour: Colour, at?: Date | undefined, ...more: string[]) => Promise<void>',
      upload: '(name: string, chunks: StreamArgument<string>) => Promise<number>',
    });
    expect(hovers(program, 'send')).toHaveProperty('send', '(text: string) => Promise<void>');
    expect(hovers(program, 'stream')).toEqual({
      countdown: '(from: number, step?: number | undefined) => HubStreamResult<number>',
    });
    expect(hovers(program, 'handlers')).toEqual({
      received: '(from: string) => void | Promise<void>',
      confirm: '(question: string) => boolean | Promise<boolean>',
    });
  });

  it('checks a hub of a hundred methods, every one in use, within its budget', { timeout: 60_000 }, () => {
    const names = Array.from({ length: 100 }, (_, index) => `method${index}`);
    const methods = names.map((name) => `${name}(a: string, b: { n: number }, signal: AbortSignal): Promise<number>;`);
    const hub = `${imports} declare class BigHub { ${methods.join('\n')} }
      declare const invoke: HubInvoker<BigHub>; export { invoke };`;
    const calls = names.map((name) => `void invoke.${name}('a', { n: 1 }); void invoke('${name}', 'a', { n: 1 });`);
    // About 260 for each method called both ways.
    expect(instantiations(compile(`${hub}\n${calls.join('\n')}`))).toBeLessThan(35_000);
  });
});
