import { MessageType, type CompletionOutcome, type HubMessage } from '@hubwire/hub-protocol';
import { PendingInvocations } from '@hubwire/hub-protocol/peer';
import { HubException, HubServerError } from '../errors.ts';
import type { ClientResultOptions } from '../lifetime/hub-peer.ts';

/**
 * Calls one client and awaits what it returns. The ids start with `s`: a client's completions of its own uploads come
 * in the same message type, under ids that the client chose.
 */
export class ClientResults {
  readonly #pending: PendingInvocations;
  readonly #write: (message: HubMessage) => void;

  constructor(maximum: number, write: (message: HubMessage) => void) {
    this.#pending = new PendingInvocations({ maximum, idPrefix: 's' });
    this.#write = write;
  }

  invoke(target: string, args: readonly unknown[], { timeoutMs, signal }: ClientResultOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const settle = (): void => {
        this.#pending.remove(invocationId);
        signal?.removeEventListener('abort', onAbort);
        clearTimeout(timer);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(error);
      };
      const onAbort = (): void => fail(signal?.reason);
      const invocationId = this.#pending.add({
        complete: (outcome) => {
          settle();
          settleWith(outcome, { resolve, reject });
        },
        item: () => {},
        fail,
      });
      signal?.addEventListener('abort', onAbort);
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => fail(timedOut(timeoutMs)), timeoutMs);
      try {
        this.#write({ type: MessageType.Invocation, invocationId, target, arguments: args });
      } catch (error) {
        fail(error);
      }
    });
  }

  /** `false` when the completion answers no call of ours. */
  complete(message: Parameters<PendingInvocations['complete']>[0]): boolean {
    return this.#pending.complete(message);
  }

  failAll(error: Error): void {
    this.#pending.failAll(error);
  }
}

interface Settle {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

function settleWith(outcome: CompletionOutcome, { resolve, reject }: Settle): void {
  switch (outcome.kind) {
    case 'error':
      return reject(new HubException(outcome.error));
    case 'result':
      return resolve(outcome.result);
    case 'void':
      return resolve(undefined);
  }
}

function timedOut(timeoutMs: number): HubServerError {
  return new HubServerError('HUB_CLIENT_RESULT_FAILED', `It did not answer within ${timeoutMs} ms.`);
}
