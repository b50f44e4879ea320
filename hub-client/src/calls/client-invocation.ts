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
export async function runClientInvocation({ message, handlers, receiver, session }: ClientInvocation): Promise<void> {
  const { invocationId, target } = message;
  const { logger } = session;
  const fail = (error: unknown): CompletionOutcome => {
    logger.log('error', 'handler threw', { target, error });
    return failed(error);
  };
  const call = async (handler: Handler): Promise<CompletionOutcome> => {
    try {
      const result: unknown = await Reflect.apply(handler, receiver, message.arguments);
      return result === undefined ? { kind: 'void' } : { kind: 'result', result };
    } catch (error) {
      return fail(error);
    }
  };
  if (handlers.length === 0) logger.log('warning', 'no handler', { target });
  if (invocationId === undefined) {
    for (const handler of handlers) void call(handler);
    return;
  }
  const answer = (outcome: CompletionOutcome): void => {
    if (session.isOpen) session.write({ type: MessageType.Completion, invocationId, outcome });
  };
  const outcome = await resultOf(handlers, call);
  try {
    answer(outcome);
  } catch (error) {
    answer(fail(error));
  }
}

/** One after the other: the last one's result or error counts, and two results in a row are an error. */
async function resultOf(
  handlers: readonly Handler[],
  call: (handler: Handler) => Promise<CompletionOutcome>,
): Promise<CompletionOutcome> {
  let last: CompletionOutcome = { kind: 'void' };
  let previous: unknown;
  let hasSeveral = false;
  for (const handler of handlers) {
    last = await call(handler);
    if (last.kind === 'error') continue;
    const result = last.kind === 'result' ? last.result : undefined;
    // As @microsoft/signalr has it: only results that are not empty can be too many.
    hasSeveral ||= Boolean(previous) && Boolean(result);
    previous = result;
  }
  if (hasSeveral) return failed('Client provided multiple results.');
  return last.kind === 'void' ? failed("Client didn't provide a result.") : last;
}

function failed(error: unknown): CompletionOutcome {
  return { kind: 'error', error: String(error) };
}
