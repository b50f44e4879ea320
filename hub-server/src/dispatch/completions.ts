import { MessageType, type CompletionOutcome } from '@hubwire/hub-protocol';
import type { HubCaller } from './hub-caller.ts';

/** Answers a call; one without an invocation id wants no answer and gets none. */
export function complete(caller: HubCaller, invocationId: string | undefined, outcome: CompletionOutcome): void {
  if (invocationId !== undefined) caller.write({ type: MessageType.Completion, invocationId, outcome });
}

export function completeWithError(caller: HubCaller, invocationId: string | undefined, error: string): void {
  complete(caller, invocationId, { kind: 'error', error });
}
