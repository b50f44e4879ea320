import { HubProtocolError, isHubProtocolError } from '../errors.ts';
import type { HubProtocol } from '../hub-protocol.ts';
import { writeJsonString, writeJsonValue } from '../json/write-json-value.ts';
import {
  MessageType,
  type CallFailure,
  type CompletionOutcome,
  type HubMessage,
  type InvocationMessage,
} from '../messages.ts';
import { jsonRpcFailures } from './json-rpc-failures.ts';
import { idOf } from './json-rpc-id.ts';

/** The writing half of a hub protocol. */
export type HubMessageEncoding = Pick<HubProtocol, 'name' | 'transferFormat' | 'writeMessage'>;

/**
 * Hub messages as JSON-RPC 2.0, without framing: every payload is a frame of its own.
 *
 * A call leaves as a notification, or as a request under its `invocationId` when a result is awaited; a completion as
 * a response, whose `invocationId` MUST be one of `invocationIdOf`. Nothing else has a form in JSON-RPC, and writing it
 * throws `PROTOCOL_CANNOT_WRITE`.
 */
export const jsonRpcEncoding = {
  name: 'json-rpc',
  transferFormat: 'Text',
  writeMessage: (message: HubMessage): string => orCannotWrite(() => writeMessage(message)),
} as const satisfies HubMessageEncoding;

/** The same, with notifications in the form in which `rpc-websockets` knows events. */
export const jsonRpcEventEncoding = {
  name: 'json-rpc-events',
  transferFormat: 'Text',
  writeMessage: (message: HubMessage): string =>
    isNotification(message) ? orCannotWrite(() => writeEvent(message)) : jsonRpcEncoding.writeMessage(message),
} as const satisfies HubMessageEncoding;

/** A response that answers no call of a hub. `id` is JSON text. Throws `PROTOCOL_CANNOT_WRITE`. */
export function writeResult(id: string, result: unknown): string {
  return orCannotWrite(() => `{"jsonrpc":"2.0","result":${writeJsonValue(result)},"id":${id}}`);
}

/** A response that says what is wrong. `id` is JSON text; `data` says more, where there is more to say. */
export function writeFailure(id: string, failure: keyof typeof jsonRpcFailures, data?: string): string {
  const { code, message } = jsonRpcFailures[failure];
  const hasOwnText = failure === 'application' && data !== undefined;
  const text = hasOwnText ? data : message;
  const more = hasOwnText || data === undefined ? '' : `,"data":${writeJsonString(data)}`;
  return `{"jsonrpc":"2.0","error":{"code":${code},"message":${writeJsonString(text)}${more}},"id":${id}}`;
}

const withoutDetail: CallFailure = { reason: 'internal' };

function writeMessage(message: HubMessage): string {
  if (message.type === MessageType.Invocation) return writeCall(message);
  if (message.type === MessageType.Completion) return writeOutcome(idOf(message.invocationId), message.outcome);
  throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', `JSON-RPC has no form for a message of type ${message.type}.`);
}

function writeCall({ target, arguments: args, invocationId }: InvocationMessage): string {
  const id = invocationId === undefined ? '' : `,"id":${writeJsonString(invocationId)}`;
  return `{"jsonrpc":"2.0","method":${writeJsonString(target)},"params":${writeParameters(args)}${id}}`;
}

function writeEvent({ target, arguments: args }: InvocationMessage): string {
  return `{"notification":${writeJsonString(target)},"params":${writeParameters(args)}}`;
}

function writeParameters(args: readonly unknown[]): string {
  return `[${args.map(writeJsonValue).join(',')}]`;
}

function writeOutcome(id: string, outcome: CompletionOutcome): string {
  if (outcome.kind === 'error') {
    const { reason, detail } = outcome.failure ?? withoutDetail;
    return writeFailure(id, reason, detail);
  }
  // A response without a result is not one: `null` says that there is none. JSON-RPC 2.0, section 5.
  return writeResult(id, outcome.kind === 'result' ? outcome.result : null);
}

function isNotification(message: HubMessage): message is InvocationMessage {
  return message.type === MessageType.Invocation && message.invocationId === undefined;
}

function orCannotWrite(write: () => string): string {
  try {
    return write();
  } catch (cause) {
    if (isHubProtocolError(cause)) throw cause;
    const detail = cause instanceof Error ? cause.message : undefined;
    throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', detail, { cause });
  }
}
