import {
  HubProtocolError,
  validateMessage,
  type CompletionMessage,
  type HubMessage,
  type HubProtocol,
  type MessageFields,
  type Payload,
} from '@hubwire/hub-protocol';
import { Encoder } from 'cbor-x';

const cbor = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: false, copyBuffers: true });
const maximumDepth = 64;
const maximumNameLength = 1024;

/** Hub messages as CBOR maps of their fields; keeps bytes and dates. */
export class CborHubProtocol implements HubProtocol {
  readonly name = 'cbor';
  readonly version = 1;
  readonly transferFormat = 'Binary';

  writeMessage(message: HubMessage): Uint8Array {
    try {
      return cbor.encode(message.type === 3 ? flatten(message) : message);
    } catch (cause) {
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', undefined, { cause });
    }
  }

  parseMessage(payload: Payload): HubMessage | undefined {
    const fields = decode(payload);
    for (const value of [...listOf(fields.arguments), fields.item, fields.result]) check(value, maximumDepth);
    return validateMessage(fields.type, fields, maximumNameLength);
  }
}

/** A completion says on the wire what it has, not which kind it is. */
function flatten({ outcome, ...fields }: CompletionMessage): object {
  if (outcome.kind === 'result') return { ...fields, result: outcome.result };
  return outcome.kind === 'error' ? { ...fields, error: outcome.error } : fields;
}

function decode(payload: Payload): MessageFields & { readonly type?: unknown } {
  let value: unknown;
  try {
    value = typeof payload === 'string' ? undefined : cbor.decode(payload);
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It is not CBOR.', { cause });
  }
  if (isPlain(value) && !Array.isArray(value)) return value;
  throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It must be a map.');
}

/** A tag of CBOR can ask for regular expressions, sets and more. Only data gets through. */
function check(value: unknown, levels: number): void {
  if (typeof value === 'symbol') throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It holds a symbol.');
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return;
  if (!isPlain(value)) throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It holds more than plain data.');
  if (levels === 0) throw new HubProtocolError('PROTOCOL_TOO_DEEP');
  for (const member of Object.values(value)) check(member, levels - 1);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
