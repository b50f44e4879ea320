import { readFileSync } from 'node:fs';
import { defineHubProtocolConformance, type ProtocolVector } from '../testing/index.ts';
import { JsonHubProtocol } from './json-hub-protocol.ts';

function read(file: string): readonly ProtocolVector[] {
  const content: unknown = JSON.parse(readFileSync(new URL(`../testing/vectors/${file}`, import.meta.url), 'utf8'));
  return (content as { readonly vectors: readonly ProtocolVector[] }).vectors;
}

/** What others wrote is recorded by `interop/vectors.test.ts`. */
const vectors = ['json', 'official-json', 'aspnetcore-json'].flatMap((source) =>
  read(`${source}.json`).map((vector) => ({ ...vector, name: `${vector.name} (${source})` })),
);

defineHubProtocolConformance({
  name: 'JsonHubProtocol',
  create: () => new JsonHubProtocol(),
  vectors,
  encode: (fields) => JSON.stringify(fields),
});
