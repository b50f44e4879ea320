import { HubProtocolError } from './errors.ts';
import {
  MessageType,
  type CloseMessage,
  type CompletionOutcome,
  type HubMessage,
  type InvocationMessage,
  type MessageHeaders,
  type StreamInvocationMessage,
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
  const { sequenceId } = fields;
  switch (type) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation:
      return readCall(type, fields, maximumNameLength);
    case MessageType.StreamItem:
    case MessageType.Completion:
    case MessageType.CancelInvocation:
      return readAboutCall(type, fields, maximumNameLength);
    case MessageType.Ping:
      return { type };
    case MessageType.Close:
      return readClose(fields);
    case MessageType.Ack:
    case MessageType.Sequence:
      check(isWholeNumber(sequenceId) && sequenceId >= 0, "'sequenceId' must be a whole number.");
      return { type, sequenceId };
    default:
      check(isWholeNumber(type), "'type' must be a whole number.");
      return undefined;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function readCall(
  type: typeof MessageType.Invocation | typeof MessageType.StreamInvocation,
  fields: MessageFields,
  maximumNameLength: number,
): HubMessage {
  const { arguments: args, streamIds, invocationId } = fields;
  const target = readName(fields.target, 'target', maximumNameLength);
  check(Array.isArray(args), "'arguments' must be an array.");
  let message: Mutable<InvocationMessage | StreamInvocationMessage>;
  if (type === MessageType.StreamInvocation) {
    message = {
      type,
      invocationId: readName(invocationId, 'invocationId', maximumNameLength),
      target,
      arguments: args,
    };
  } else {
    message = { type, target, arguments: args };
    // An empty id is how some MessagePack clients say that they want no answer.
    if (isPresent(invocationId) && invocationId !== '') {
      message.invocationId = readName(invocationId, 'invocationId', maximumNameLength);
    }
  }
  if (isPresent(streamIds)) {
    check(Array.isArray(streamIds), "'streamIds' must be an array.");
    const ids = streamIds.map((id: unknown) => readName(id, 'streamIds', maximumNameLength));
    if (ids.length > 0) message.streamIds = ids;
  }
  return withHeaders(message, fields);
}

function readAboutCall(
  type: typeof MessageType.StreamItem | typeof MessageType.Completion | typeof MessageType.CancelInvocation,
  fields: MessageFields,
  maximumNameLength: number,
): HubMessage {
  const { item } = fields;
  const invocationId = readName(fields.invocationId, 'invocationId', maximumNameLength);
  if (type === MessageType.Completion) return withHeaders({ type, invocationId, outcome: readOutcome(fields) }, fields);
  if (type === MessageType.CancelInvocation) return withHeaders({ type, invocationId }, fields);
  check(item !== undefined, "'item' is missing.");
  return withHeaders({ type, invocationId, item }, fields);
}

const outcomeVoid: CompletionOutcome = Object.freeze({ kind: 'void' });

function readOutcome(fields: MessageFields): CompletionOutcome {
  const { result } = fields;
  const error = readError(fields);
  if (error === undefined) return result === undefined ? outcomeVoid : { kind: 'result', result };
  check(result === undefined, "'error' and 'result' exclude each other.");
  return { kind: 'error', error };
}

function readClose(fields: MessageFields): CloseMessage {
  const { allowReconnect = false } = fields;
  const error = readError(fields);
  const message: Mutable<CloseMessage> = { type: MessageType.Close };
  if (error !== undefined) message.error = error;
  check(allowReconnect === null || typeof allowReconnect === 'boolean', "'allowReconnect' must be true or false.");
  if (allowReconnect === true) message.allowReconnect = true;
  return withHeaders(message, fields);
}

function readError({ error }: MessageFields): string | undefined {
  if (!isPresent(error)) return undefined;
  check(typeof error === 'string', "'error' must be a string.");
  return error;
}

function readName(value: unknown, field: string, maximumLength: number): string {
  if (typeof value !== 'string' || value === '') throw invalid(`'${field}' must be a non-empty string.`);
  if (value.length > maximumLength) throw tooLong(field, maximumLength);
  return value;
}

function withHeaders<T extends object>(message: T & { headers?: MessageHeaders }, { headers }: MessageFields): T {
  if (!isPresent(headers)) return message;
  check(typeof headers === 'object' && !Array.isArray(headers), notHeaders);
  const strings = headers as MessageHeaders;
  for (const name in strings) {
    check(typeof strings[name] === 'string', notHeaders);
    message.headers = strings;
  }
  return message;
}

const notHeaders = "'headers' must be an object of strings.";

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function check(isValid: boolean, detail: string): asserts isValid {
  if (!isValid) throw invalid(detail);
}

function tooLong(field: string, maximumLength: number): HubProtocolError {
  const detail = `'${field}' is longer than ${maximumLength} characters.`;
  return new HubProtocolError('PROTOCOL_INVALID_MESSAGE', detail, { limit: 'maximumNameLength' });
}

function invalid(detail: string): HubProtocolError {
  return new HubProtocolError('PROTOCOL_INVALID_MESSAGE', detail);
}
