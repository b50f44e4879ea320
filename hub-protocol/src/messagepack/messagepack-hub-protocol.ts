import { HubProtocolError, isHubProtocolError } from '../errors.ts';
import type { HubProtocol, Payload } from '../hub-protocol.ts';
import { requireLimit, resolveHubProtocolLimits, type HubProtocolLimits } from '../hub-protocol-options.ts';
import {
  MessageType,
  type CompletionOutcome,
  type HubMessage,
  type InvocationMessage,
  type StreamInvocationMessage,
} from '../messages.ts';
import { validateMessage, type MessageFields } from '../validate-message.ts';
import { decodeMessage, encodeMessage } from './codec.ts';

/** What a MessagePack message may cost to read. */
export interface MessagePackHubProtocolOptions extends HubProtocolLimits {
  /**
   * Arrays and maps in one message: an empty one is a single byte on the wire and some sixty in memory.
   * @default 100,000
   */
  readonly maximumContainers?: number;
}

const ping = Uint8Array.of(0x91, MessageType.Ping);

/** The kinds of completion. HubProtocol.md, "Completion Message Encoding". */
const resultKind = { error: 1, void: 2, result: 3 } as const;

/**
 * Hub messages as MessagePack. HubProtocol.md, "MessagePack Encoding".
 *
 * Reading gives numbers for integers up to ±2^53 and bigints beyond, `Uint8Array`s for bytes and `Date`s for timestamps;
 * integer keys become strings, a key named `__proto__` is renamed, bytes that are not UTF-8 become U+FFFD in strings,
 * and every extension but the timestamp is refused. `writeMessagePack` says how values are written.
 */
export class MessagePackHubProtocol implements HubProtocol {
  readonly name = 'messagepack';
  readonly version = 2;
  readonly transferFormat = 'Binary';
  readonly #limits: Required<MessagePackHubProtocolOptions>;

  constructor({ maximumContainers = 100_000, ...limits }: MessagePackHubProtocolOptions = {}) {
    requireLimit('maximumContainers', maximumContainers);
    this.#limits = { ...resolveHubProtocolLimits(limits), maximumContainers };
  }

  parseMessage(payload: Payload): HubMessage | undefined {
    if (typeof payload === 'string') {
      throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'A MessagePack message must be binary.');
    }
    const properties = decodeMessage(payload, this.#limits);
    return validateMessage(properties[0], toFields(properties), this.#limits.maximumNameLength);
  }

  writeMessage(message: HubMessage): Uint8Array {
    if (message.type === MessageType.Ping) return ping;
    try {
      return encodeMessage(toProperties(message));
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
  const [type, second, third, fourth, fifth, sixth] = properties;
  switch (type) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation:
      return { headers: second, invocationId: third, target: fourth, arguments: fifth, streamIds: sixth };
    case MessageType.StreamItem:
      return { headers: second, invocationId: third, item: fourth };
    case MessageType.Completion:
      return { headers: second, invocationId: third, ...toOutcomeFields(fourth, fifth) };
    case MessageType.CancelInvocation:
      return { headers: second, invocationId: third };
    case MessageType.Close:
      return { error: second, allowReconnect: third };
    case MessageType.Ack:
    case MessageType.Sequence:
      return { sequenceId: second };
    default:
      return {};
  }
}

function toOutcomeFields(kind: unknown, value: unknown): MessageFields {
  if (kind === resultKind.void) return {};
  if (kind === resultKind.result && value !== undefined) return { result: value };
  if (kind === resultKind.error && typeof value === 'string') return { error: value };
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
      return [message.type, message.headers ?? {}, message.invocationId, ...outcomeProperties(message.outcome)];
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

function outcomeProperties(outcome: CompletionOutcome): readonly unknown[] {
  if (outcome.kind === 'result') return [resultKind.result, outcome.result];
  return outcome.kind === 'error' ? [resultKind.error, outcome.error] : [resultKind.void];
}

/** Takes `never`, so that a new message type is an error here at compile time. */
function unknownType(message: never): HubProtocolError {
  return new HubProtocolError('PROTOCOL_CANNOT_WRITE', `It has no known type: ${Object(message).type}.`);
}
