import { Encoder } from 'cbor-x';
import {
  HubProtocolError,
  validateMessage,
  type HubMessage,
  type HubProtocol,
  type MessageFields,
  type Payload,
} from '../index.ts';
import { defineHubProtocolConformance } from './index.ts';

const cbor = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: false });
const maximumDepth = 64;

/** An encoding as a user would write one: it shows that the suite asks for no more than the interface promises. */
class CborHubProtocol implements HubProtocol {
  readonly name = 'cbor';
  readonly version = 1;
  readonly transferFormat = 'Binary';

  parseMessage(payload: Payload): HubMessage | undefined {
    const fields: MessageFields & { readonly type?: unknown } = decodeObject(payload);
    for (const value of [...list(fields.arguments), fields.item, fields.result]) checkPlain(value, maximumDepth);
    return validateMessage(fields.type, fields, 1024);
  }

  writeMessage(message: HubMessage): Uint8Array {
    try {
      return cbor.encode(message.type === 3 ? flatten(message) : message);
    } catch (cause) {
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', undefined, { cause });
    }
  }
}

function flatten({ outcome, ...fields }: HubMessage & { readonly type: 3 }): object {
  if (outcome.kind === 'result') return { ...fields, result: outcome.result };
  return outcome.kind === 'error' ? { ...fields, error: outcome.error } : fields;
}

function decodeObject(payload: Payload): object {
  let value: unknown;
  try {
    value = typeof payload === 'string' ? undefined : cbor.decode(payload);
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', undefined, { cause });
  }
  if (typeof value === 'object' && value !== null && isPlain(value)) return value;
  throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It must be a map.');
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isPlain(value: object): boolean {
  return [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));
}

/** A CBOR tag may stand for anything: only data gets through. */
function checkPlain(value: unknown, levels: number): void {
  if (typeof value === 'bigint' || typeof value === 'symbol') throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE');
  if (typeof value !== 'object' || value === null) return;
  if (!isPlain(value)) throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'Only plain data is allowed.');
  if (levels === 0) throw new HubProtocolError('PROTOCOL_TOO_DEEP');
  for (const member of Object.values(value)) checkPlain(member, levels - 1);
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

defineHubProtocolConformance({
  name: 'A protocol of a user, over CBOR',
  create: () => new CborHubProtocol(),
  vectors: [
    { name: 'a ping', message: { type: 6 }, wire: fromHex('b90001647479706506') },
    {
      name: 'a cancellation',
      message: { type: 5, invocationId: '7' },
      wire: fromHex('b900026474797065056c696e766f636174696f6e49646137'),
    },
  ],
  encode: (fields) => cbor.encode(fields),
});
