import { MessageType, type CompletionOutcome } from '@hubwire/hub-protocol';
import { isStreamSource, pumpStream } from '@hubwire/hub-protocol/peer';
import type { Logger } from '@hubwire/transports';
import type { HubActivator } from '../activation/hub-activator.ts';
import { isAuthorized } from '../auth/is-authorized.ts';
import { isHubException, isHubServerError, type HubServerErrorCode } from '../errors.ts';
import { bindHub, type Hub } from '../hub.ts';
import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { HubDiagnostics, InvocationTrace } from '../observability/hub-diagnostics.ts';
import { bindArguments, withSignal } from './bind-arguments.ts';
import { describeError, errorTexts } from './error-texts.ts';
import { failedOutcome, HubCallError } from './hub-call-error.ts';
import type { HubCall } from './hub-call.ts';
import type { HubCaller } from './hub-caller.ts';
import type { FilterChain, HubInvocationContext } from './hub-filter.ts';
import type { MethodGuard } from './hub-method-descriptor.ts';
import { InvocationScope } from './invocation-scope.ts';
import { isPromiseLike, whenReady } from './maybe-promise.ts';
import { readSource } from './read-source.ts';
import { releaseHub } from './release-hub.ts';
import { validateArguments, validateItems, validateResult } from './validate-call.ts';

/** What every invocation of one hub needs. */
export interface InvocationEnvironment {
  readonly activator: HubActivator;
  readonly lifetime: HubLifetimeManager;
  readonly filters: FilterChain | undefined;
  readonly logger: Logger;
  readonly diagnostics: HubDiagnostics;
  readonly enableDetailedErrors: boolean;
  /** How far a method that streams may be ahead of its client, where it cannot be held back. */
  readonly sendQueueMessages: number;
}

/** One call from its start to its end: make a hub, call the method, answer, let the hub go. */
export class HubInvocation {
  readonly #environment: InvocationEnvironment;
  readonly #caller: HubCaller;
  readonly #call: HubCall;
  readonly #scope: InvocationScope;
  #hub: Hub<unknown> | undefined;
  #signal: AbortSignal | undefined;
  #trace: InvocationTrace | undefined;

  constructor(environment: InvocationEnvironment, caller: HubCaller, call: HubCall) {
    this.#environment = environment;
    this.#caller = caller;
    this.#call = call;
    this.#scope = new InvocationScope(caller, environment.lifetime);
  }

  start(): void {
    const { filters, diagnostics } = this.#environment;
    diagnostics.invocationStarted();
    if (diagnostics.followsInvocations) this.#trace = diagnostics.traceInvocation(this.#describe());
    let result: unknown;
    try {
      this.#makeCancellable();
      result = filters === undefined ? this.#run() : filters.invoke(this.#filterContext(), () => this.#run());
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (isPromiseLike(result)) this.#settleLater(result);
    else this.#settle(result);
  }

  #makeCancellable(): void {
    const { descriptor, message } = this.#call;
    if (!this.#isStreamCall && !descriptor.takesSignal) return;
    this.#signal = this.#caller.cancellations.add(this.#call);
    if (this.#signal !== undefined) return;
    throw new HubCallError('HUB_INVALID_ARGUMENTS', errorTexts.idInUse(String(message.invocationId)));
  }

  get #isStreamCall(): boolean {
    return this.#call.message.type === MessageType.StreamInvocation;
  }

  #run(): unknown {
    const { descriptor, refusal } = this.#call;
    if (refusal !== undefined) throw refusal;
    return descriptor.guard === undefined ? this.#callMethod(this.#bind()) : this.#runGuarded(descriptor.guard);
  }

  #runGuarded({ requirements }: MethodGuard): unknown {
    const { descriptor, message } = this.#call;
    const { context } = this.#caller;
    const question = { user: context.user, context, method: descriptor.name, arguments: message.arguments };
    return whenReady(isAuthorized(requirements, question), (isAllowed) => {
      if (!isAllowed) throw new HubCallError('HUB_UNAUTHORIZED', errorTexts.unauthorized(descriptor.name));
      return whenReady(validateArguments(descriptor, this.#bind()), (args) =>
        whenReady(this.#callMethod(args), (result) => validateResult(descriptor, result)),
      );
    });
  }

  #bind(): readonly unknown[] {
    const { descriptor } = this.#call;
    if (!this.#isStreamCall && descriptor.answers === 'stream') throw wrongKind(errorTexts.streamByInvoke, descriptor);
    return bindArguments(this.#call);
  }

  #callMethod(args: readonly unknown[]): unknown {
    const { descriptor } = this.#call;
    const { activator } = this.#environment;
    this.#hub = activator.create();
    bindHub(this.#hub, this.#scope);
    const all = descriptor.takesSignal ? withSignal(args, this.#call, this.#signal as AbortSignal) : args;
    return (descriptor.method as (...values: unknown[]) => unknown).apply(this.#hub, all as unknown[]);
  }

  #settleLater(result: PromiseLike<unknown>): void {
    // Calls that stream do not count against the limit of running calls.
    if (this.#call.openStreams === 0) this.#scope.takeSlot();
    result.then(
      (value) => this.#settle(value),
      (error: unknown) => this.#fail(error),
    );
  }

  #settle(result: unknown): void {
    try {
      const items = this.#itemsOf(result);
      if (items !== undefined) {
        void this.#stream(items);
        return;
      }
      this.#answer(result);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#end();
  }

  /** The stream to answer with; throws when the client has called for the other kind of answer. */
  #itemsOf(result: unknown): AsyncIterator<unknown> | undefined {
    const { descriptor } = this.#call;
    if (!isStreamSource(result)) {
      if (this.#isStreamCall) throw wrongKind(errorTexts.invokeByStream, descriptor);
      return undefined;
    }
    const items = readSource(result, this.#environment.sendQueueMessages);
    if (this.#isStreamCall) return validateItems(descriptor, items);
    items.return?.().catch(() => {});
    throw wrongKind(errorTexts.streamByInvoke, descriptor);
  }

  #answer(result: unknown): void {
    try {
      this.#complete(result === undefined ? nothing : { kind: 'result', result });
    } catch (cause) {
      throw new HubCallError('HUB_INVALID_RESULT', errorTexts.cannotBind(this.#call.descriptor.name), cause);
    }
  }

  async #stream(items: AsyncIterator<unknown>): Promise<void> {
    const caller = this.#caller;
    const invocationId = this.#call.message.invocationId as string;
    const sink = {
      item(item: unknown): Promise<void> | undefined {
        caller.write({ type: MessageType.StreamItem, invocationId, item });
        return caller.whenWritable();
      },
    };
    const end = await pumpStream(items, sink, this.#signal as AbortSignal);
    if (end.kind === 'failed') {
      this.#log(end.error);
      const error = describeError(errorTexts.streamFailed, end.error, this.#environment.enableDetailedErrors);
      this.#complete({ kind: 'error', error });
      this.#end({ error: end.error });
    } else {
      this.#complete(nothing);
      this.#end();
    }
  }

  #fail(error: unknown): void {
    this.#log(error);
    this.#complete(failedOutcome(error, this.#call.descriptor.name, this.#environment.enableDetailedErrors));
    this.#end({ error });
  }

  // A call without an id wants no answer and gets none.
  #complete(outcome: CompletionOutcome): void {
    const { invocationId } = this.#call.message;
    if (invocationId !== undefined) this.#caller.write({ type: MessageType.Completion, invocationId, outcome });
  }

  #end(failure?: { readonly error: unknown }): void {
    this.#environment.diagnostics.invocationEnded(this.#trace, failure);
    if (this.#signal !== undefined) this.#caller.cancellations.delete(this.#call);
    this.#caller.openStreams -= this.#call.openStreams;
    // Also those that the client has finished: one that is full and never read would hold the connection back for ever.
    for (const upload of this.#call.uploads) void upload.return();
    if (this.#hub !== undefined) releaseHub(this.#environment, this.#hub);
    this.#scope.giveUpSlot();
  }

  #log(error: unknown): void {
    const { logger } = this.#environment;
    const isExpected = isHubException(error) || isFaultOfCaller(error) || this.#signal?.aborted === true;
    logger.log(isExpected ? 'debug' : 'error', 'invocationFailed', {
      connectionId: this.#caller.connectionId,
      target: this.#call.descriptor.name,
      error,
    });
  }

  #describe(): Omit<InvocationTrace, 'hub' | 'startedMs'> {
    return { connectionId: this.#caller.connectionId, method: this.#call.descriptor.name, kind: this.#kind };
  }

  get #kind(): HubInvocationContext['kind'] {
    if (this.#isStreamCall) return 'stream';
    return this.#call.message.invocationId === undefined ? 'send' : 'invoke';
  }

  #filterContext(): HubInvocationContext {
    const { message, descriptor, refusal } = this.#call;
    const isUnknown = refusal instanceof HubCallError && refusal.code === 'HUB_UNKNOWN_METHOD';
    return {
      context: this.#caller.context,
      target: message.target,
      method: isUnknown ? undefined : descriptor.name,
      arguments: message.arguments,
      headers: message.headers ?? noHeaders,
      kind: this.#kind,
    };
  }
}

const noHeaders = Object.freeze({});
const nothing: CompletionOutcome = { kind: 'void' };

/** Limits that a hub runs into on behalf of a client, and the end of the client in the middle of a call. */
const expectedCodes: ReadonlySet<string> = new Set<HubServerErrorCode>([
  'HUB_INVALID_GROUP',
  'HUB_TOO_MANY_GROUPS',
  'HUB_CONNECTION_CLOSED',
]);

function isFaultOfCaller(error: unknown): boolean {
  if (error instanceof HubCallError) return error.code !== 'HUB_INVALID_RESULT';
  return isHubServerError(error) && expectedCodes.has(error.code);
}

function wrongKind(text: (name: string) => string, { name }: { readonly name: string }): HubCallError {
  return new HubCallError('HUB_WRONG_CALL_KIND', text(name));
}
