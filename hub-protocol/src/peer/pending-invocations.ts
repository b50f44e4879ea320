import type { CompletionMessage, CompletionOutcome, StreamItemMessage } from '../messages.ts';
import { HubProtocolError } from '../errors.ts';

/** A call whose answer is awaited. Exactly one of `complete` and `fail` ends it. */
export interface PendingInvocation {
  /** The answer came. */
  complete(outcome: CompletionOutcome): void;
  /** An item came; only for streaming calls. */
  item(item: unknown): void;
  /** No answer will come: the connection ended. */
  fail(error: Error): void;
}

export interface PendingInvocationsOptions {
  /** How many may wait at once; one more is refused. */
  readonly maximum: number;
  /** Put before every id, so that ids of both ends never meet. @default '' */
  readonly idPrefix?: string;
}

/** The calls that this end made and that are not answered yet, by invocation id. */
export class PendingInvocations {
  readonly #options: PendingInvocationsOptions;
  readonly #pending = new Map<string, PendingInvocation>();
  #lastId = 0;

  constructor(options: PendingInvocationsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Remembers a call and returns its invocation id; throws `PROTOCOL_TOO_MANY_INVOCATIONS` at the maximum. */
  add(call: PendingInvocation): string {
    if (this.#pending.size >= this.#options.maximum) {
      throw new HubProtocolError('PROTOCOL_TOO_MANY_INVOCATIONS', `At most ${this.#options.maximum} may wait at once.`);
    }
    const id = this.nextId();
    this.#pending.set(id, call);
    return id;
  }

  /** An id that no call of this end has: uploaded streams take theirs from here too. */
  nextId(): string {
    this.#lastId += 1;
    return `${this.#options.idPrefix ?? ''}${this.#lastId}`;
  }

  /** Forgets a call: a late answer is then ignored. */
  remove(invocationId: string): void {
    this.#pending.delete(invocationId);
  }

  /** `false` when no such call waits. */
  complete(message: CompletionMessage): boolean {
    const call = this.#pending.get(message.invocationId);
    if (call === undefined) return false;
    this.#pending.delete(message.invocationId);
    call.complete(message.outcome);
    return true;
  }

  /** `false` when no such call waits. */
  item(message: StreamItemMessage): boolean {
    const call = this.#pending.get(message.invocationId);
    call?.item(message.item);
    return call !== undefined;
  }

  failAll(error: Error): void {
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.fail(error);
  }
}
