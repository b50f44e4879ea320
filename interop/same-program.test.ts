import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTypes } from '../scripts/docs/check-pages.ts';
import { startConformanceHost } from './src/conformance-host.ts';
import type { HostAvailability } from './src/host-availability.ts';
import { program as theirs } from './src/same-program/program.ts';
import { within } from './src/within.ts';

const transports = ['WebSockets', 'ServerSentEvents', 'LongPolling'] as const;

describe('one and the same program', () => {
  let folder: string;
  let file: string;
  let code: string;
  let ours: typeof theirs;

  beforeAll(async () => {
    const written = await readFile(join(import.meta.dirname, 'src/same-program/program.ts'), 'utf8');
    code = written.replace("from '@microsoft/signalr'", "from '@hubwire/hub-client'");
    await mkdir(join(import.meta.dirname, 'dist'), { recursive: true });
    folder = await mkdtemp(join(import.meta.dirname, 'dist/same-program-'));
    file = join(folder, 'program.ts');
    await writeFile(file, code);
    ({ program: ours } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { program: typeof theirs });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has another import and nothing else that differs', () => {
    expect(code).toContain("'@hubwire/hub-client'");
    expect(code).not.toContain('microsoft/signalr');
    const mistakes = checkTypes([
      { page: 'program', blocks: [{ title: 'program.ts', run: false, code, line: 1, file }] },
    ]);
    expect(mistakes.get('program')).toEqual([]);
  }, 60_000);

  describe.each(['hubwire', 'aspnetcore'] as const)('against %s', (kind) => {
    let availability: HostAvailability;
    beforeAll(async () => {
      availability = await startConformanceHost(kind);
    }, 180_000);
    afterAll(async () => {
      if (availability?.kind === 'running') await availability.host[Symbol.asyncDispose]();
    });

    it.for(transports)('sees the same over %s', async (transport, test) => {
      if (availability.kind === 'missing') return test.skip(availability.reason);
      const url = `${availability.host.url}/testhub`;
      const expected = await within(theirs(url, transport), 'the end of the program with @microsoft/signalr', 20_000);
      const seen = await within(ours(url, transport), 'the end of the program with @hubwire/hub-client', 20_000);
      expect(expected.at(-1)).toMatch(/^after "Disconnected"/);
      expect(seen).toEqual(expected);
    });
  });
});
