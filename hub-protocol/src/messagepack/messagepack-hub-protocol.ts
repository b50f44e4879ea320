import { HubProtocolError, isHubProtocolError } from '../errors.ts';
import type { HubProtocol, Payload } from '../hub-protocol.ts';
import {
  hubProtocolLimitDefaults,
  requireLimit,
  resolveHubProtocolLimits,
  type HubProtocolLimits,
} from '../hub-protocol-options.ts';
import {
  MessageType,
  type CompletionMessage,
  type HubMessage,
  type InvocationMessage,
  type StreamInvocationMessage,
} from '../messages.ts';
import { validateMessage, type MessageFields } from '../validate-message.ts';
import { readMessagePack } from './read-message-pack.ts';
import { writeMessagePack } from './write-message-pack.ts';

/** What a MessagePack message may cost to read. */
export interface MessagePackHubProtocolOptions extends HubProtocolLimits {
  /**
   * Arrays and maps in one message: an empty one is a single byte on the wire and some sixty in memory.
   * @default 100,000
   */
  readonly maximumContainers?: number;
}

export const messagePackHubProtocolDefaults = {
  ...hubProtocolLimitDefaults,
  maximumContainers: 100_000,
} as const satisfies Required<MessagePackHubProtocolOptions>;

/** Fills in the defaults; throws `PROTOCOL_INVALID_OPTION` for a limit that is not a positive whole number. */
function resolveOptions(options: MessagePackHubProtocolOptions): Required<MessagePackHubProtocolOptions> {
  const resolved = { ...messagePackHubProtocolDefaults, ...options };
  requireLimit('maximumContainers', resolved.maximumContainers);
  return Object.freeze({ ...resolved, ...resolveHubProtocolLimits(resolved) });
}

const ping = Uint8Array.of(0x91, MessageType.Ping);

/** The kinds of completion. HubProtocol.md, "Completion Message Encoding". */
const resultKind = { error: 1, void: 2, result: 3 } as const;

/**
 * Hub messages as MessagePack. HubProtocol.md, "MessagePack Encoding".
 *
 * Reading gives numbers for integers up to ±(2^53 - 1) and bigints beyond, `Uint8Array`s for bytes and `Date`s for
 * timestamps; integer keys become strings, a key named `__proto__` is left out with its value, bytes that are not UTF-8
 * become U+FFFD in strings, and every extension but the timestamp is refused. `writeMessagePack` says how values are
 * written.
 */
export class MessagePackHubProtocol implements HubProtocol {
  readonly name = 'messagepack';
  readonly version = 2;
  readonly transferFormat = 'Binary';
  readonly #limits: Required<MessagePackHubProtocolOptions>;

  constructor(options: MessagePackHubProtocolOptions = {}) {
    this.#limits = resolveOptions(options);
  }

  parseMessage(payload: Payload): HubMessage | undefined {
    if (typeof payload === 'string') {
      throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'A MessagePack message must be binary.');
    }
    const properties = readMessagePack(payload, this.#limits);
    return validateMessage(properties[0], toFields(properties), this.#limits.maximumNameLength);
  }

  writeMessage(message: HubMessage): Uint8Array {
    if (message.type === MessageType.Ping) return ping;
    try {
      return writeMessagePack(toProperties(message));
    } catch (cause) {
      if (isHubProtocolError(cause)) throw cause;
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', cause instanceof Error ? cause.message : undefined, {
        cause,
      });
    }
  }
}

/** Properties that later versions add at the end are ignored; missing ones are left to the shape checks. */
function toFields(properties: readonly unknown[]): MessageFields {
  switch (properties[0]) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation:
      return {
        headers: properties[1],
        invocationId: properties[2],
        target: properties[3],
        arguments: properties[4],
        streamIds: properties[5],
      };
    case MessageType.StreamItem:
      return { headers: properties[1], invocationId: properties[2], item: properties[3] };
    case MessageType.Completion:
      return toCompletionFields(properties);
    case MessageType.CancelInvocation:
      return { headers: properties[1], invocationId: properties[2] };
    case MessageType.Close:
      return { error: properties[1], allowReconnect: properties[2] };
    case MessageType.Ack:
    case MessageType.Sequence:
      return { sequenceId: properties[1] };
    default:
      return {};
  }
}

function toCompletionFields(properties: readonly unknown[]): MessageFields {
  const headers = properties[1];
  const invocationId = properties[2];
  const kind = properties[3];
  const value = properties[4];
  if (kind === resultKind.void) return { headers, invocationId };
  if (kind === resultKind.result && value !== undefined) return { headers, invocationId, result: value };
  if (kind === resultKind.error && typeof value === 'string') return { headers, invocationId, error: value };
  throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'A completion must have an error, a result, or neither.');
}

function toProperties(message: Exclude<HubMessage, { type: typeof MessageType.Ping }>): readonly unknown[] {
  switch (message.type) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation:
      return callProperties(message);
    case MessageType.StreamItem:
      return [message.type, message.headers ?? {}, message.invocationId, message.item];
    case MessageType.Completion:
      return completionProperties(message);
    case MessageType.CancelInvocation:
      return [message.type, message.headers ?? {}, message.invocationId];
    case MessageType.Close:
      return message.allowReconnect === true ? [message.type, message.error, true] : [message.type, message.error];
    case MessageType.Ack:
    case MessageType.Sequence:
      return [message.type, message.sequenceId];
    default:
      throw unknownType(message);
  }
}

function callProperties(message: InvocationMessage | StreamInvocationMessage): readonly unknown[] {
  const { type, headers, invocationId, target, streamIds } = message;
  const properties: unknown[] = [type, headers ?? {}, invocationId, target, message.arguments];
  if (streamIds !== undefined && streamIds.length > 0) properties.push(streamIds);
  return properties;
}

function completionProperties({ type, headers = {}, invocationId, outcome }: CompletionMessage): readonly unknown[] {
  if (outcome.kind === 'result') return [type, headers, invocationId, resultKind.result, outcome.result];
  if (outcome.kind === 'error') return [type, headers, invocationId, resultKind.error, outcome.error];
  return [type, headers, invocationId, resultKind.void];
}

/** Takes `never`, so that a new message type is an error here at compile time. */
function unknownType(message: never): HubProtocolError {
  return new HubProtocolError('PROTOCOL_CANNOT_WRITE', `It has no known type: ${Object(message).type}.`);
}
