import {
  HubProtocolError,
  validateMessage,
  type CompletionMessage,
  type HubMessage,
  type HubProtocol,
  type MessageFields,
  type Payload,
} from '@hubwire/hub-protocol';

const maximumDepth = 64;
const maximumNameLength = 1024;

/** Hub messages as JSON in which dates and bytes come back as what they were: `{"$date":…}` and `{"$bytes":"…"}`. */
export class TaggedJsonHubProtocol implements HubProtocol {
  readonly name = 'tagged-json';
  readonly version = 1;
  readonly transferFormat = 'Text';

  writeMessage(message: HubMessage): string {
    try {
      return JSON.stringify(message.type === 3 ? flatten(message) : message, tag);
    } catch (cause) {
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', undefined, { cause });
    }
  }

  parseMessage(payload: Payload): HubMessage | undefined {
    const fields = decode(payload);
    for (const value of [...listOf(fields.arguments), fields.item, fields.result]) checkDepth(value, maximumDepth);
    return validateMessage(fields.type, fields, maximumNameLength);
  }
}

/** A completion says on the wire what it has, not which kind it is. */
function flatten({ outcome, ...fields }: CompletionMessage): object {
  if (outcome.kind === 'result') return { ...fields, result: outcome.result };
  return outcome.kind === 'error' ? { ...fields, error: outcome.error } : fields;
}

/** `this[key]` is what was there before a `toJSON` had its turn. */
function tag(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const original = this[key];
  if (original instanceof Date) return { $date: original.getTime() };
  if (original instanceof Uint8Array) return { $bytes: Buffer.from(original).toString('base64') };
  return value;
}

function untag(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if ('$date' in value && typeof value.$date === 'number') return new Date(value.$date);
  if ('$bytes' in value && typeof value.$bytes === 'string')
    return Uint8Array.from(Buffer.from(value.$bytes, 'base64'));
  return value;
}

function decode(payload: Payload): MessageFields & { readonly type?: unknown } {
  let value: unknown;
  try {
    value = typeof payload === 'string' ? JSON.parse(payload, untag) : undefined;
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It is not JSON.', { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It must be an object.');
}

function checkDepth(value: unknown, levels: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Date || value instanceof Uint8Array) return;
  if (levels === 0) throw new HubProtocolError('PROTOCOL_TOO_DEEP');
  for (const member of Object.values(value)) checkDepth(member, levels - 1);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
