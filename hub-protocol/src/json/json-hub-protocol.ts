import { HubProtocolError, isHubProtocolError } from '../errors.ts';
import type { HubProtocol, Payload } from '../hub-protocol.ts';
import { resolveHubProtocolLimits, type HubProtocolLimits } from '../hub-protocol-options.ts';
import type { HubMessage } from '../messages.ts';
import { validateMessage, type MessageFields } from '../validate-message.ts';
import { makeHarmless } from './make-harmless.ts';
import { writeJsonMessage } from './write-json-message.ts';

/**
 * Hub messages as JSON. HubProtocol.md, "JSON Encoding".
 *
 * Reading drops own keys named `__proto__` at every level and ignores fields it does not know. Writing turns bytes into
 * base64 strings, dates into ISO 8601 strings, and `undefined` into `null` where it stands alone or in an array;
 * members that are `undefined` are left out. `NaN` and infinities become `null`, as JSON has no form for them.
 */
export class JsonHubProtocol implements HubProtocol {
  readonly name = 'json';
  readonly version = 2;
  readonly transferFormat = 'Text';
  readonly #limits: Required<HubProtocolLimits>;

  constructor(limits?: HubProtocolLimits) {
    this.#limits = resolveHubProtocolLimits(limits);
  }

  parseMessage(payload: Payload): HubMessage | undefined {
    if (typeof payload !== 'string') {
      throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'A JSON message must be text.');
    }
    const fields = parseFields(payload);
    const message = validateMessage(fields.type, fields, this.#limits.maximumNameLength);
    if (message !== undefined && !makeMessageHarmless(message, this.#limits.maximumDepth, payload)) {
      throw new HubProtocolError('PROTOCOL_TOO_DEEP', `The limit is ${this.#limits.maximumDepth} levels.`);
    }
    return message;
  }

  writeMessage(message: HubMessage): string {
    try {
      return writeJsonMessage(message);
    } catch (cause) {
      if (isHubProtocolError(cause)) throw cause;
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', cause instanceof Error ? cause.message : undefined, {
        cause,
      });
    }
  }
}

function parseFields(json: string): MessageFields & { readonly type?: unknown } {
  let fields: unknown;
  try {
    fields = JSON.parse(json);
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It is not JSON.', { cause });
  }
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return fields;
  throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It must be a JSON object.');
}

/** Looks only at what the message keeps: nobody will ever walk through a field that is unknown. */
function makeMessageHarmless(message: HubMessage, maximumDepth: number, json: string): boolean {
  if ('headers' in message) makeHarmless(message.headers, 1, json);
  if ('arguments' in message) return makeHarmless(message.arguments, maximumDepth + 1, json);
  if ('item' in message) return makeHarmless(message.item, maximumDepth, json);
  if (!('outcome' in message) || message.outcome.kind !== 'result') return true;
  return makeHarmless(message.outcome.result, maximumDepth, json);
}
