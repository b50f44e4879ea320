import { MessageType, type CompletionOutcome } from '@hubwire/hub-protocol';
import { describeError, errorTexts } from './error-texts.ts';
import type { HubCall } from './hub-call.ts';
import type { HubCaller } from './hub-caller.ts';

/** Answers a call; one without an invocation id wants no answer and gets none. */
export function complete(caller: HubCaller, invocationId: string | undefined, outcome: CompletionOutcome): void {
  if (invocationId !== undefined) caller.write({ type: MessageType.Completion, invocationId, outcome });
}

export function completeWithError(caller: HubCaller, invocationId: string | undefined, error: string): void {
  complete(caller, invocationId, { kind: 'error', error });
}

const nothing: CompletionOutcome = { kind: 'void' };

/** Answers with what the method returned; a result that cannot be encoded becomes an error. */
export function completeWithResult(caller: HubCaller, { message }: HubCall, result: unknown, detailed: boolean): void {
  const outcome: CompletionOutcome = result === undefined ? nothing : { kind: 'result', result };
  try {
    complete(caller, message.invocationId, outcome);
  } catch (error) {
    const text = describeError(errorTexts.cannotBind(message.target), error, detailed);
    completeWithError(caller, message.invocationId, text);
  }
}
