import { MessageType, type CompletionOutcome } from '@hubwire/hub-protocol';
import { isStreamSource, pumpStream, streamIterator, type StreamSource } from '@hubwire/hub-protocol/peer';
import type { Logger } from '@hubwire/transports';
import type { HubActivator } from '../activation/hub-activator.ts';
import { HubException } from '../errors.ts';
import { bindHub, type Hub } from '../hub.ts';
import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import { ArgumentCountError, bindArguments } from './bind-arguments.ts';
import { complete, completeWithError } from './completions.ts';
import { describeError, errorTexts } from './error-texts.ts';
import type { HubCall } from './hub-call.ts';
import type { HubCaller } from './hub-caller.ts';
import { InvocationScope } from './invocation-scope.ts';

/** What every invocation of one hub needs. */
export interface InvocationEnvironment {
  readonly activator: HubActivator;
  readonly lifetime: HubLifetimeManager;
  readonly logger: Logger;
  readonly enableDetailedErrors: boolean;
  readonly maximumStreams: number;
}

/** One call from its start to its end: make a hub, call the method, answer, let the hub go. */
export class HubInvocation {
  readonly #environment: InvocationEnvironment;
  readonly #caller: HubCaller;
  readonly #call: HubCall;
  readonly #scope: InvocationScope;
  #hub: Hub<unknown> | undefined;
  #cancellation: AbortController | undefined;

  constructor(environment: InvocationEnvironment, caller: HubCaller, call: HubCall) {
    this.#environment = environment;
    this.#caller = caller;
    this.#call = call;
    this.#scope = new InvocationScope(caller, environment.lifetime);
  }

  start(): void {
    const { message, descriptor } = this.#call;
    const isStreamCall = message.type === MessageType.StreamInvocation;
    if (!isStreamCall && descriptor.answers === 'stream') {
      this.#refuse(errorTexts.streamByInvoke(descriptor.name));
      return;
    }
    if (isStreamCall && this.#caller.cancellations.size >= this.#environment.maximumStreams) {
      this.#fail(new HubException(errorTexts.tooManyStreams(this.#environment.maximumStreams)));
      return;
    }
    if ((isStreamCall || descriptor.takesSignal) && !this.#registerCancellation()) {
      this.#refuse(errorTexts.idInUse(String(message.invocationId)));
      return;
    }
    try {
      const result = this.#callMethod();
      if (isPromiseLike(result)) this.#settleLater(result, isStreamCall);
      else this.#settle(result);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** `false` when another call that can be cancelled has the same id. */
  #registerCancellation(): boolean {
    const { cancellations } = this.#caller;
    const key = this.#cancellationKey;
    if (cancellations.has(key)) return false;
    this.#cancellation = new AbortController();
    cancellations.set(key, this.#cancellation);
    return true;
  }

  // A call without an id cannot be cancelled by the client, but it ends with the connection.
  get #cancellationKey(): string | HubCall {
    return this.#call.message.invocationId ?? this.#call;
  }

  #callMethod(): unknown {
    const { descriptor } = this.#call;
    const args = bindArguments(this.#call, descriptor.takesSignal ? this.#cancellation?.signal : undefined);
    this.#hub = this.#environment.activator.create();
    bindHub(this.#hub, this.#scope);
    return (descriptor.method as (...values: readonly unknown[]) => unknown).apply(this.#hub, args as unknown[]);
  }

  #settleLater(result: PromiseLike<unknown>, isStreamCall: boolean): void {
    // Calls that stream do not count against the limit of running calls.
    if (!isStreamCall && this.#call.uploads.length === 0) this.#scope.takeSlot();
    result.then(
      (value) => this.#settle(value),
      (error: unknown) => this.#fail(error),
    );
  }

  #settle(result: unknown): void {
    const { message } = this.#call;
    const isStream = isStreamSource(result);
    if (message.type === MessageType.StreamInvocation) {
      if (isStream) void this.#stream(result);
      else this.#refuse(errorTexts.invokeByStream(this.#call.descriptor.name));
    } else if (isStream) {
      streamIterator(result)
        .return?.()
        .catch(() => {});
      this.#refuse(errorTexts.streamByInvoke(this.#call.descriptor.name));
    } else {
      this.#answer(result);
    }
  }

  // A result that cannot be encoded becomes an error.
  #answer(result: unknown): void {
    const { message, descriptor } = this.#call;
    try {
      complete(this.#caller, message.invocationId, result === undefined ? nothing : { kind: 'result', result });
      this.#end();
    } catch (error) {
      this.#log(error);
      this.#refuse(
        describeError(errorTexts.cannotBind(descriptor.name), error, this.#environment.enableDetailedErrors),
      );
    }
  }

  async #stream(source: StreamSource<unknown>): Promise<void> {
    const caller = this.#caller;
    const invocationId = this.#call.message.invocationId as string;
    const signal = this.#cancellation?.signal as AbortSignal;
    const end = await pumpStream(
      streamIterator(source),
      {
        item: (item) => {
          caller.write({ type: MessageType.StreamItem, invocationId, item });
          return caller.whenWritable();
        },
      },
      signal,
    );
    if (end.kind === 'failed') {
      const text = describeError(errorTexts.streamFailed, end.error, this.#environment.enableDetailedErrors);
      this.#log(end.error);
      completeWithError(caller, invocationId, text);
    } else {
      complete(caller, invocationId, nothing);
    }
    this.#end();
  }

  #refuse(text: string): void {
    completeWithError(this.#caller, this.#call.message.invocationId, text);
    this.#end();
  }

  #fail(error: unknown): void {
    const { name } = this.#call.descriptor;
    const text = error instanceof ArgumentCountError ? errorTexts.cannotBind(name) : errorTexts.methodFailed(name);
    this.#log(error);
    this.#refuse(describeError(text, error, this.#environment.enableDetailedErrors));
  }

  #end(): void {
    this.#scope.giveUpSlot();
    const { cancellations, uploads } = this.#caller;
    if (this.#cancellation !== undefined) cancellations.delete(this.#cancellationKey);
    for (const streamId of this.#call.message.streamIds ?? []) uploads.close(streamId);
    if (this.#hub !== undefined) releaseHub(this.#environment, this.#hub);
  }

  #log(error: unknown): void {
    const { connectionId } = this.#caller;
    this.#environment.logger.log('debug', 'invocationFailed', {
      connectionId,
      target: this.#call.descriptor.name,
      error,
    });
  }
}

const nothing: CompletionOutcome = { kind: 'void' };

/** Lets a hub go; what its disposal throws is logged, since the call has been answered. */
export function releaseHub({ activator, logger }: InvocationEnvironment, hub: Hub<unknown>): void {
  const logFailure = (error: unknown): void => logger.log('error', 'hubDisposalFailed', { error });
  try {
    const released = activator.release(hub);
    if (released !== undefined) released.then(undefined, logFailure);
  } catch (error) {
    logFailure(error);
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
