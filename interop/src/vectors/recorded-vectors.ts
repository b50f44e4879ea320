import { readFile, writeFile } from 'node:fs/promises';
import { JsonHubProtocol, type HubMessage, type Payload } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';

import type { ProtocolName } from '../interop-client.ts';

/** A message as another implementation wrote it: text, or bytes in hexadecimal; without framing. */
export interface RecordedVector {
  readonly name: string;
  readonly message: HubMessage;
  readonly wire: string;
  /** Our own encodings write it in other words: the order of members, or an empty list of streams. */
  readonly readOnly?: true;
}

/** A file of vectors, and whose they are. */
export interface RecordedVectors {
  readonly recordedFrom: string;
  readonly vectors: readonly RecordedVector[];
}

const protocols = { json: new JsonHubProtocol(), messagepack: new MessagePackHubProtocol() } as const;

/** Marks what we do not write in the same words. */
export function toVector(protocol: ProtocolName, vector: Omit<RecordedVector, 'readOnly'>): RecordedVector {
  const isOurs = toWire(protocols[protocol].writeMessage(vector.message)) === vector.wire;
  return isOurs ? vector : { ...vector, readOnly: true };
}

export function toWire(payload: Payload): string {
  return typeof payload === 'string' ? payload : Buffer.from(payload).toString('hex');
}

/** The conformance suite of hub-protocol reads these files. */
function fileOf(source: string, protocol: ProtocolName): URL {
  return new URL(`../../../hub-protocol/src/testing/vectors/${source}-${protocol}.json`, import.meta.url);
}

export async function readVectors(source: string, protocol: ProtocolName): Promise<RecordedVectors> {
  return JSON.parse(await readFile(fileOf(source, protocol), 'utf8')) as RecordedVectors;
}

/** One vector per line. */
export async function writeVectors(source: string, protocol: ProtocolName, recorded: RecordedVectors): Promise<void> {
  const lines = recorded.vectors.map((vector) => `    ${JSON.stringify(vector)}`).join(',\n');
  const text = `{\n  "recordedFrom": ${JSON.stringify(recorded.recordedFrom)},\n  "vectors": [\n${lines}\n  ]\n}\n`;
  await writeFile(fileOf(source, protocol), text);
}
