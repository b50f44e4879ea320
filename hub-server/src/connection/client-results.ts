import { MessageType, type CompletionMessage, type CompletionOutcome, type HubMessage } from '@hubwire/hub-protocol';
import { PendingInvocations } from '@hubwire/hub-protocol/peer';
import { HubException, HubServerError } from '../errors.ts';
import type { ClientResultOptions } from '../lifetime/hub-peer.ts';
import { limitWait } from '../lifetime/limit-wait.ts';

/**
 * Calls one client and awaits what it returns. The ids start with `s`: a client's completions of its own uploads come
 * in the same message type, under ids that the client chose.
 */
export class ClientResults {
  readonly #maximum: number;
  readonly #pending: PendingInvocations;
  readonly #write: (message: HubMessage) => void;
  readonly #onFull: () => void;

  /** `onFull` is told of each call that is refused. */
  constructor(maximum: number, write: (message: HubMessage) => void, onFull: () => void) {
    this.#maximum = maximum;
    this.#pending = new PendingInvocations({ maximum, idPrefix: 's' });
    this.#write = write;
    this.#onFull = onFull;
  }

  invoke(target: string, args: readonly unknown[], options: ClientResultOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      options.signal?.throwIfAborted();
      if (this.#pending.size >= this.#maximum) {
        this.#onFull();
        throw failed(`At most ${this.#maximum} may be awaited of one client.`);
      }
      const fail = (error: unknown): void => {
        release();
        reject(error);
      };
      const invocationId = this.#pending.add({
        complete(outcome) {
          release();
          settleWith(outcome, { resolve, reject });
        },
        item() {},
        fail,
      });
      const late = (): Error => failed(`It did not answer within ${options.timeoutMs} ms.`);
      const stopLimiting = limitWait(options, late, fail);
      const release = (): void => {
        this.#pending.remove(invocationId);
        stopLimiting();
      };
      try {
        this.#write({ type: MessageType.Invocation, invocationId, target, arguments: args });
      } catch (error) {
        fail(error);
      }
    });
  }

  /** `false` when the completion answers no call of ours. */
  complete(message: CompletionMessage): boolean {
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

// The client's own text is kept for the hub, and reaches the hub's caller when the hub lets it through.
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

function failed(detail: string): HubServerError {
  return new HubServerError('HUB_CLIENT_RESULT_FAILED', detail);
}
