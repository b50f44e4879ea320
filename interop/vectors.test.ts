import { describe, expect, it } from 'vitest';

import { aspNetCoreVectors } from './src/vectors/aspnetcore-vectors.ts';
import { officialVectors } from './src/vectors/official-vectors.ts';
import { readVectors, writeVectors } from './src/vectors/recorded-vectors.ts';

const recording = process.env['RECORD_VECTORS'] === '1';

/** Who wrote the messages that the conformance suite of hub-protocol reads. */
const sources = { official: officialVectors, aspnetcore: aspNetCoreVectors } as const;

describe.each(['official', 'aspnetcore'] as const)('the recorded vectors, %s', (source) => {
  it.each(['json', 'messagepack'] as const)('are what is written in %s', async (protocol) => {
    const vectors = await sources[source](protocol);
    if (recording) await writeVectors(source, protocol, vectors);
    expect(vectors).toEqual(await readVectors(source, protocol));
  });
});
