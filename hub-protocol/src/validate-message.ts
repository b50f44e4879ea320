import { HubProtocolError } from './errors.ts';
import {
  MessageType,
  type CloseMessage,
  type CompletionMessage,
  type CompletionOutcome,
  type HubMessage,
  type InvocationMessage,
  type MessageHeaders,
  type StreamInvocationMessage,
  type StreamItemMessage,
} from './messages.ts';

/**
 * What an encoding read, before anybody has looked at it. `undefined` stands for an absent field, and so does `null`
 * where a message can do without the field: some clients write every field they know.
 */
export interface MessageFields {
  readonly headers?: unknown;
  readonly invocationId?: unknown;
  readonly target?: unknown;
  readonly arguments?: unknown;
  readonly streamIds?: unknown;
  readonly item?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly allowReconnect?: unknown;
  readonly sequenceId?: unknown;
}

/**
 * Makes a message of what was read: the shape checks that all encodings share. Empty `headers` and `streamIds` and
 * `allowReconnect: false` mean the same as their absence, and are left out. Returns `undefined` for an unknown type;
 * throws `PROTOCOL_INVALID_MESSAGE` naming the field that is wrong. Target and ids may have `maximumNameLength` UTF-16
 * code units.
 */
export function validateMessage(
  type: unknown,
  fields: MessageFields,
  maximumNameLength: number,
): HubMessage | undefined {
  switch (type) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation:
      return readCall(type, fields, maximumNameLength);
    case MessageType.StreamItem:
      return readStreamItem(fields, maximumNameLength);
    case MessageType.Completion:
      return readCompletion(fields, maximumNameLength);
    case MessageType.CancelInvocation:
      return withHeaders({ type, invocationId: readName(fields, 'invocationId', maximumNameLength) }, fields);
    case MessageType.Ping:
      return { type };
    case MessageType.Close:
      return readClose(fields);
    case MessageType.Ack:
    case MessageType.Sequence:
      return { type, sequenceId: readSequenceId(fields) };
    default:
      if (Number.isSafeInteger(type)) return undefined;
      throw invalid("'type' must be a whole number.");
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function readCall(
  type: typeof MessageType.Invocation | typeof MessageType.StreamInvocation,
  fields: MessageFields,
  maximumNameLength: number,
): HubMessage {
  const target = readName(fields, 'target', maximumNameLength);
  if (!Array.isArray(fields.arguments)) throw invalid("'arguments' must be an array.");
  const args: readonly unknown[] = fields.arguments;
  let message: Mutable<InvocationMessage | StreamInvocationMessage>;
  if (type === MessageType.Invocation) {
    message = { type, target, arguments: args };
    // An empty id is how some MessagePack clients say that they want no answer.
    if (isPresent(fields.invocationId) && fields.invocationId !== '') {
      message.invocationId = readName(fields, 'invocationId', maximumNameLength);
    }
  } else {
    message = { type, invocationId: readName(fields, 'invocationId', maximumNameLength), target, arguments: args };
  }
  const streamIds = readStreamIds(fields, maximumNameLength);
  if (streamIds !== undefined) message.streamIds = streamIds;
  return withHeaders(message, fields);
}

function readStreamItem(fields: MessageFields, maximumNameLength: number): StreamItemMessage {
  const invocationId = readName(fields, 'invocationId', maximumNameLength);
  if (fields.item === undefined) throw invalid("'item' is missing.");
  return withHeaders({ type: MessageType.StreamItem, invocationId, item: fields.item }, fields);
}

function readCompletion(fields: MessageFields, maximumNameLength: number): CompletionMessage {
  const invocationId = readName(fields, 'invocationId', maximumNameLength);
  return withHeaders({ type: MessageType.Completion, invocationId, outcome: readOutcome(fields) }, fields);
}

const outcomeVoid: CompletionOutcome = Object.freeze({ kind: 'void' });

function readOutcome({ error, result }: MessageFields): CompletionOutcome {
  if (isPresent(error)) {
    if (typeof error !== 'string') throw invalid("'error' must be a string.");
    if (result !== undefined) throw invalid("'error' and 'result' exclude each other.");
    return { kind: 'error', error };
  }
  return result === undefined ? outcomeVoid : { kind: 'result', result };
}

function readClose(fields: MessageFields): CloseMessage {
  const { error, allowReconnect } = fields;
  const message: Mutable<CloseMessage> = { type: MessageType.Close };
  if (isPresent(error)) {
    if (typeof error !== 'string') throw invalid("'error' must be a string.");
    message.error = error;
  }
  if (isPresent(allowReconnect)) {
    if (typeof allowReconnect !== 'boolean') throw invalid("'allowReconnect' must be true or false.");
    if (allowReconnect) message.allowReconnect = true;
  }
  return withHeaders(message, fields);
}

function readSequenceId({ sequenceId }: MessageFields): number {
  if (typeof sequenceId === 'number' && Number.isSafeInteger(sequenceId) && sequenceId >= 0) return sequenceId;
  throw invalid("'sequenceId' must be a whole number.");
}

function readName(fields: MessageFields, field: 'invocationId' | 'target', maximumLength: number): string {
  return requireName(fields[field], field, maximumLength);
}

function requireName(value: unknown, field: string, maximumLength: number): string {
  if (typeof value !== 'string' || value === '') throw invalid(`'${field}' must be a non-empty string.`);
  if (value.length > maximumLength) throw invalid(`'${field}' is longer than ${maximumLength} characters.`);
  return value;
}

function readStreamIds({ streamIds }: MessageFields, maximumLength: number): readonly string[] | undefined {
  if (!isPresent(streamIds)) return undefined;
  if (!Array.isArray(streamIds)) throw invalid("'streamIds' must be an array.");
  if (streamIds.length === 0) return undefined;
  return streamIds.map((id: unknown) => requireName(id, 'streamIds', maximumLength));
}

function withHeaders<T extends object>(message: T & { headers?: MessageHeaders }, { headers }: MessageFields): T {
  if (!isPresent(headers)) return message;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) throw invalid(notHeaders);
  const strings = headers as MessageHeaders;
  for (const name in strings) {
    if (typeof strings[name] !== 'string') throw invalid(notHeaders);
    message.headers = strings;
  }
  return message;
}

const notHeaders = "'headers' must be an object of strings.";

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function invalid(detail: string): HubProtocolError {
  return new HubProtocolError('PROTOCOL_INVALID_MESSAGE', detail);
}
