import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

describe('MessagePackHubProtocol without eval', () => {
  it('reads and writes where code may not be made from strings', { timeout: 60_000 }, async () => {
    const entry = fileURLToPath(new URL('./index.ts', import.meta.url));
    const bundles = await build({
      configFile: false,
      logLevel: 'silent',
      build: { write: false, minify: false, target: 'es2022', lib: { entry, formats: ['es'] } },
    });
    const code = [bundles].flat().flatMap((bundle) => ('output' in bundle ? bundle.output[0].code : []));
    const check = `${code.join('')}
      let refused = false;
      try { new Function('return 1')(); } catch { refused = true; }
      const protocol = new MessagePackHubProtocol();
      const message = { type: 2, invocationId: '1', item: { a: [1, { b: 'c' }], d: new Date(5) } };
      let result;
      for (let round = 0; round < 10; round++) result = protocol.parseMessage(protocol.writeMessage(message));
      process.stdout.write(JSON.stringify({ refused, result }));`;
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-'];
    const output: unknown = JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8', input: check }));
    expect(output).toEqual({
      refused: true,
      result: { type: 2, invocationId: '1', item: { a: [1, { b: 'c' }], d: '1970-01-01T00:00:00.005Z' } },
    });
  });
});
