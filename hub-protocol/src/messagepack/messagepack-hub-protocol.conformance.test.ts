import { readFileSync } from 'node:fs';
import { defineHubProtocolConformance, type ProtocolVector, type RawMessage } from '../testing/index.ts';
import { MessagePackHubProtocol } from './messagepack-hub-protocol.ts';
import { writeMessagePack } from './write-message-pack.ts';

interface HexVector extends Omit<ProtocolVector, 'wire'> {
  /** The bytes in hexadecimal. */
  readonly wire: string;
}

function read(file: string): readonly HexVector[] {
  const content: unknown = JSON.parse(readFileSync(new URL(`../testing/vectors/${file}`, import.meta.url), 'utf8'));
  return (content as { readonly vectors: readonly HexVector[] }).vectors;
}

/** What others wrote is recorded by `interop/vectors.test.ts`. */
const vectors = ['messagepack', 'official-messagepack', 'aspnetcore-messagepack'].flatMap((source) =>
  read(`${source}.json`).map(({ name, wire, ...rest }) => ({
    ...rest,
    name: `${name} (${source})`,
    wire: Uint8Array.from(Buffer.from(wire, 'hex')),
  })),
);

/** The fields in their places; what is missing in the middle is nil, and left off at the end. */
function encode(fields: RawMessage): Uint8Array {
  const properties = place(fields);
  while (properties.length > 0 && properties.at(-1) === undefined) properties.pop();
  return writeMessagePack(properties);
}

function place(fields: RawMessage): unknown[] {
  const { type, headers = {}, invocationId } = fields;
  switch (type) {
    case 1:
    case 4:
      return [type, headers, invocationId, fields.target, fields.arguments, fields.streamIds];
    case 3:
      return 'result' in fields
        ? [type, headers, invocationId, 3, fields.result]
        : [type, headers, invocationId, 1, fields.error];
    case 5:
      return [type, headers, invocationId];
    case 7:
      return [type, fields.error, fields.allowReconnect];
    case 8:
    case 9:
      return [type, fields.sequenceId];
    default:
      return [type, headers, invocationId, fields.item];
  }
}

defineHubProtocolConformance({
  name: 'MessagePackHubProtocol',
  create: () => new MessagePackHubProtocol(),
  vectors,
  encode,
});
