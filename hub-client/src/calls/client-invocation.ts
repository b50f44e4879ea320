import { MessageType, type CompletionOutcome, type InvocationMessage } from '@hubwire/hub-protocol';
import type { HubSession } from '../connection/hub-session.ts';
import type { Handler } from './handler-table.ts';

/** What a call of the server is run with. */
export interface ClientInvocation {
  readonly message: InvocationMessage;
  readonly handlers: readonly Handler[];
  /** `this` of the handlers. */
  readonly receiver: object;
  readonly session: HubSession;
}

/** Calls every handler, and answers when the server awaits a result. Never rejects. */
export async function runClientInvocation(invocation: ClientInvocation): Promise<void> {
  const { message, handlers, session } = invocation;
  const { invocationId, target } = message;
  if (handlers.length === 0) session.logger.log('warning', 'no handler', { target });
  if (invocationId === undefined) {
    for (const handler of handlers) void call(handler, invocation);
    return;
  }
  const outcome = await resultOf(invocation);
  const complete = (outcome: CompletionOutcome): void => {
    if (session.isOpen) session.write({ type: MessageType.Completion, invocationId, outcome });
  };
  try {
    complete(outcome);
  } catch (error) {
    logFailure(invocation, error);
    complete(failed(error));
  }
}

/** One after the other: the last one's result or error counts, and two results in a row are an error. */
async function resultOf(invocation: ClientInvocation): Promise<CompletionOutcome> {
  const { handlers, message, session } = invocation;
  let last: CompletionOutcome = { kind: 'void' };
  let result: unknown;
  let hasSeveral = false;
  for (const handler of handlers) {
    last = await call(handler, invocation);
    if (last.kind === 'error') continue;
    const previous = result;
    result = last.kind === 'result' ? last.result : undefined;
    // As @microsoft/signalr has it: only results that are not empty can be too many.
    if (Boolean(previous) && Boolean(result)) hasSeveral = true;
  }
  if (hasSeveral) return failed('Client provided multiple results.');
  if (last.kind !== 'void') return last;
  session.logger.log('warning', 'no result', { target: message.target });
  return failed("Client didn't provide a result.");
}

/** Never rejects. */
async function call(handler: Handler, invocation: ClientInvocation): Promise<CompletionOutcome> {
  const { message, receiver, session } = invocation;
  const { target, invocationId } = message;
  try {
    const result: unknown = await Reflect.apply(handler, receiver, message.arguments);
    if (result === undefined) return { kind: 'void' };
    if (invocationId === undefined) session.logger.log('debug', 'result not asked for', { target });
    return { kind: 'result', result };
  } catch (error) {
    logFailure(invocation, error);
    return failed(error);
  }
}

function failed(error: unknown): CompletionOutcome {
  return { kind: 'error', error: String(error) };
}

function logFailure({ message, session }: ClientInvocation, error: unknown): void {
  session.logger.log('error', 'handler threw', { target: message.target, error });
}
