import { HubProtocolError } from '../errors.ts';
import {
  MessageType,
  type CloseMessage,
  type CompletionOutcome,
  type HubMessage,
  type InvocationMessage,
  type MessageHeaders,
  type StreamInvocationMessage,
} from '../messages.ts';
import { writeJsonString, writeJsonValue } from './write-json-value.ts';

/** Writes the envelope by hand, in the field order of .NET; only a user's own values go through `JSON.stringify`. */
export function writeJsonMessage(message: HubMessage): string {
  switch (message.type) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation:
      return writeCall(message);
    case MessageType.StreamItem:
      return `${writeStart(2, message.headers, message.invocationId)},"item":${writeJsonValue(message.item)}}`;
    case MessageType.Completion:
      return writeStart(3, message.headers, message.invocationId) + writeOutcome(message.outcome);
    case MessageType.CancelInvocation:
      return `${writeStart(5, message.headers, message.invocationId)}}`;
    case MessageType.Ping:
      return '{"type":6}';
    case MessageType.Close:
      return writeClose(message);
    case MessageType.Ack:
      return `{"type":8,"sequenceId":${message.sequenceId}}`;
    case MessageType.Sequence:
      return `{"type":9,"sequenceId":${message.sequenceId}}`;
    default:
      throw unknownType(message);
  }
}

/** Takes `never`, so that a new message type is an error here at compile time. */
function unknownType(message: never): HubProtocolError {
  return new HubProtocolError('PROTOCOL_CANNOT_WRITE', `It has no known type: ${Object(message).type}.`);
}

function writeStart(type: MessageType, headers: MessageHeaders | undefined, invocationId: string | undefined): string {
  let start = `{"type":${type}`;
  if (headers !== undefined) start += writeHeaders(headers);
  if (invocationId !== undefined) start += `,"invocationId":${writeJsonString(invocationId)}`;
  return start;
}

function writeHeaders(headers: MessageHeaders): string {
  const json = JSON.stringify(headers);
  return json === '{}' ? '' : `,"headers":${json}`;
}

function writeCall(message: InvocationMessage | StreamInvocationMessage): string {
  const start = writeStart(message.type, message.headers, message.invocationId);
  let args = '';
  for (const argument of message.arguments) {
    args += args === '' ? writeJsonValue(argument) : `,${writeJsonValue(argument)}`;
  }
  const { streamIds } = message;
  const streams = streamIds === undefined || streamIds.length === 0 ? '' : `,"streamIds":${JSON.stringify(streamIds)}`;
  return `${start},"target":${writeJsonString(message.target)},"arguments":[${args}]${streams}}`;
}

function writeOutcome(outcome: CompletionOutcome): string {
  if (outcome.kind === 'result') return `,"result":${writeJsonValue(outcome.result)}}`;
  return outcome.kind === 'error' ? `,"error":${writeJsonString(outcome.error)}}` : '}';
}

function writeClose({ headers, error, allowReconnect }: CloseMessage): string {
  let json = writeStart(MessageType.Close, headers, undefined);
  if (error !== undefined) json += `,"error":${writeJsonString(error)}`;
  if (allowReconnect === true) json += ',"allowReconnect":true';
  return `${json}}`;
}
