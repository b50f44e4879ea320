import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ProtocolName } from '../interop-client.ts';
import type { GoldenFile } from './transcript.ts';

const pathOf = (protocol: ProtocolName): string =>
  join(import.meta.dirname, '..', '..', 'golden', `aspnetcore-${protocol}.json`);

export async function readGolden(protocol: ProtocolName): Promise<GoldenFile> {
  return JSON.parse(await readFile(pathOf(protocol), 'utf8')) as GoldenFile;
}

export async function writeGolden(golden: GoldenFile): Promise<void> {
  await writeFile(pathOf(golden.protocol), `${JSON.stringify(golden, undefined, 2)}\n`);
}
