import { readFileSync } from 'node:fs';
import { defineHubProtocolConformance, type ProtocolVector } from '../testing/index.ts';
import { JsonHubProtocol } from './json-hub-protocol.ts';

const vectors: readonly ProtocolVector[] = JSON.parse(
  readFileSync(new URL('../testing/vectors/json.json', import.meta.url), 'utf8'),
);

defineHubProtocolConformance({
  name: 'JsonHubProtocol',
  create: () => new JsonHubProtocol(),
  vectors,
  encode: (fields) => JSON.stringify(fields),
});
