import { MessageType, type CompletionOutcome, type InvocationMessage } from '@hubwire/hub-protocol';
import type { Logger } from '@hubwire/transports';
import type { Handler } from './handler-table.ts';
import type { HubSession } from '../connection/hub-session.ts';

/** What a call of the server is run with. */
export interface ClientInvocation {
  readonly message: InvocationMessage;
  readonly handlers: readonly Handler[];
  /** `this` of the handlers. */
  readonly receiver: object;
  readonly session: HubSession;
}

/** Calls every handler, and answers when the server awaits a result. Never throws; never leaves a rejection unhandled. */
export function runClientInvocation(invocation: ClientInvocation): void {
  const { message, handlers, session } = invocation;
  if (handlers.length === 0) {
    session.logger.log('warning', 'no handler', { target: message.target });
  }
  if (message.invocationId === undefined) callHandlers(invocation);
  else void answer(invocation, message.invocationId);
}

function callHandlers({ message, handlers, receiver, session }: ClientInvocation): void {
  for (const handler of handlers) {
    try {
      const result = call(handler, receiver, message);
      if (isPromiseLike(result)) void result.then(undefined, (error) => logFailure(session.logger, message, error));
      else if (result !== undefined) session.logger.log('debug', 'result not asked for', { target: message.target });
    } catch (error) {
      logFailure(session.logger, message, error);
    }
  }
}

async function answer(invocation: ClientInvocation, invocationId: string): Promise<void> {
  const { message, session } = invocation;
  const outcome = await resultOf(invocation);
  if (!session.isOpen) return;
  try {
    session.write({ type: MessageType.Completion, invocationId, outcome });
  } catch (error) {
    logFailure(session.logger, message, error);
    if (!session.isOpen) return;
    session.write({ type: MessageType.Completion, invocationId, outcome: failed(String(error)) });
  }
}

/** One after the other: the last one's result or error counts, and two results in a row are an error. */
async function resultOf({ message, handlers, receiver, session }: ClientInvocation): Promise<CompletionOutcome> {
  let result: unknown;
  let failure: { readonly error: unknown } | undefined;
  let hasSeveral = false;
  for (const handler of handlers) {
    const previous = result;
    try {
      result = await call(handler, receiver, message);
      failure = undefined;
      // As @microsoft/signalr has it: only results that are not empty can be too many.
      if (Boolean(previous) && Boolean(result)) hasSeveral = true;
    } catch (error) {
      failure = { error };
      logFailure(session.logger, message, error);
    }
  }
  if (hasSeveral) return failed('Client provided multiple results.');
  if (failure !== undefined) return failed(String(failure.error));
  if (result !== undefined) return { kind: 'result', result };
  session.logger.log('warning', 'no result', { target: message.target });
  return failed("Client didn't provide a result.");
}

function call(handler: Handler, receiver: object, message: InvocationMessage): unknown {
  return Reflect.apply(handler, receiver, message.arguments);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function failed(error: string): CompletionOutcome {
  return { kind: 'error', error };
}

function logFailure(logger: Logger, { target }: InvocationMessage, error: unknown): void {
  logger.log('error', 'handler threw', { target, error });
}
