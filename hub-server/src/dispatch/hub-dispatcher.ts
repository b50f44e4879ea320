import { MessageType, type InvocationMessage, type StreamInvocationMessage } from '@hubwire/hub-protocol';
import type { InboundStream } from '@hubwire/hub-protocol/peer';
import { HubException } from '../errors.ts';
import { bindHub, type Hub } from '../hub.ts';
import { errorTexts } from './error-texts.ts';
import { failedOutcome, HubCallError } from './hub-call-error.ts';
import type { HubCall } from './hub-call.ts';
import type { HubCaller } from './hub-caller.ts';
import { HubInvocation, type InvocationEnvironment } from './hub-invocation.ts';
import { unknownHubMethod, type HubMethodDescriptor } from './hub-method-descriptor.ts';
import type { HubMethodTable } from './hub-method-table.ts';
import { InvocationScope } from './invocation-scope.ts';
import { orderArguments, type NamedArguments } from './named-arguments.ts';
import { releaseHub } from './release-hub.ts';

export interface HubDispatcherOptions extends InvocationEnvironment {
  readonly methods: HubMethodTable;
  readonly maximumStreams: number;
  readonly maximumQueuedInvocations: number;
}

/** Runs the hub: finds the method that a call names and starts it when its turn has come. */
export class HubDispatcher {
  readonly #options: HubDispatcherOptions;

  constructor(options: HubDispatcherOptions) {
    this.#options = options;
  }

  /** Runs `onConnected`; rejects with what it throws. */
  connected(caller: HubCaller): Promise<void> {
    const { filters } = this.#options;
    const run = (): Promise<void> => this.#runOnHub(caller, (hub) => hub.onConnected());
    return filters === undefined ? run() : filters.connect(caller.context, run);
  }

  /** Runs `onDisconnected`; rejects with what it throws. */
  disconnected(caller: HubCaller, error: Error | undefined): Promise<void> {
    const { filters } = this.#options;
    const run = (): Promise<void> => this.#runOnHub(caller, (hub) => hub.onDisconnected(error));
    return filters === undefined ? run() : filters.disconnect(caller.context, error, run);
  }

  /** Takes a call that arrived; it starts at once or waits for its turn. */
  dispatch(caller: HubCaller, message: InvocationMessage | StreamInvocationMessage): void {
    const descriptor = this.#options.methods.find(message.target);
    if (descriptor === undefined) this.#submit(caller, unknownCall(message));
    else this.#submit(caller, this.#acceptCall(caller, message, descriptor));
  }

  /** Takes a call whose arguments came by name; from here on they have positions, as all others. */
  dispatchNamed(caller: HubCaller, message: InvocationMessage, named: NamedArguments): void {
    const descriptor = this.#options.methods.find(message.target);
    if (descriptor === undefined) {
      this.#submit(caller, unknownCall(message));
      return;
    }
    const ordered = orderArguments(descriptor, named);
    if (ordered instanceof HubCallError) this.#submit(caller, refusedCall(message, descriptor, ordered));
    else this.#submit(caller, this.#acceptCall(caller, { ...message, arguments: ordered }, descriptor));
  }

  #submit(caller: HubCaller, call: HubCall): void {
    const { filters, maximumQueuedInvocations } = this.#options;
    if (call.refusal !== undefined && filters === undefined) {
      this.#refuse(caller, call, call.refusal);
      return;
    }
    caller.calls.submit(call);
    if (caller.calls.waiting < maximumQueuedInvocations) return;
    this.#options.diagnostics.limitReached('maximumQueuedInvocations', caller.connectionId);
    caller.setReading(false, caller.calls);
  }

  /** A call with a stream in it never waits for a slot, as in ASP.NET Core SignalR. */
  needsSlot(call: HubCall): boolean {
    return call.openStreams === 0;
  }

  /** Starts a call whose turn has come. */
  start(caller: HubCaller, call: HubCall): void {
    this.#readAgain(caller);
    new HubInvocation(this.#options, caller, call).start();
  }

  /** The client wants no more of a call: one that runs is told, one that waits never begins. */
  cancel(caller: HubCaller, invocationId: string): void {
    if (caller.cancellations.cancel(invocationId)) return;
    const call = caller.calls.remove(invocationId);
    if (call === undefined) return;
    caller.openStreams -= call.openStreams;
    for (const upload of call.uploads) void upload.return();
    this.#refuse(caller, call, new HubException(errorTexts.cancelledInQueue));
    this.#readAgain(caller);
  }

  #acceptCall(
    caller: HubCaller,
    message: InvocationMessage | StreamInvocationMessage,
    descriptor: HubMethodDescriptor,
  ): HubCall {
    const { maximumStreams } = this.#options;
    const openStreams = (message.streamIds?.length ?? 0) + (message.type === MessageType.StreamInvocation ? 1 : 0);
    if (openStreams === 0) return { message, descriptor, uploads: none, openStreams, refusal: undefined };
    if (caller.openStreams + openStreams > maximumStreams) {
      this.#options.diagnostics.limitReached('maximumStreams', caller.connectionId);
      return refusedCall(message, descriptor, new HubException(errorTexts.tooManyStreams(maximumStreams)));
    }
    const uploads: InboundStream<unknown>[] = [];
    try {
      // Opened when the call arrives, not when it starts: the items follow right behind it.
      for (const streamId of message.streamIds ?? none) uploads.push(caller.uploads.open(streamId));
    } catch (error) {
      for (const upload of uploads) void upload.return();
      return refusedCall(message, descriptor, error as Error);
    }
    caller.openStreams += openStreams;
    return { message, descriptor, uploads, openStreams, refusal: undefined };
  }

  #refuse(caller: HubCaller, { message, descriptor }: HubCall, refusal: Error): void {
    const { logger, diagnostics, enableDetailedErrors } = this.#options;
    const { connectionId } = caller;
    diagnostics.invocationRefused(refusal);
    logger.log('debug', 'invocationRefused', { connectionId, target: descriptor.name, error: refusal });
    const { invocationId } = message;
    if (invocationId === undefined) return;
    const outcome = failedOutcome(refusal, descriptor.name, enableDetailedErrors);
    caller.write({ type: MessageType.Completion, invocationId, outcome });
  }

  #readAgain(caller: HubCaller): void {
    if (caller.calls.waiting < this.#options.maximumQueuedInvocations) caller.setReading(true, caller.calls);
  }

  async #runOnHub(caller: HubCaller, run: (hub: Hub<unknown>) => void | Promise<void>): Promise<void> {
    const { activator, lifetime } = this.#options;
    const hub = activator.create();
    try {
      bindHub(hub, new InvocationScope(caller, lifetime));
      await run(hub);
    } finally {
      releaseHub(this.#options, hub);
    }
  }
}

const none: readonly never[] = [];

function unknownCall(message: InvocationMessage | StreamInvocationMessage): HubCall {
  const text = errorTexts.unknownMethod(message.target);
  return refusedCall(message, unknownHubMethod(message.target), new HubCallError('HUB_UNKNOWN_METHOD', text));
}

function refusedCall(
  message: InvocationMessage | StreamInvocationMessage,
  descriptor: HubMethodDescriptor,
  refusal: Error,
): HubCall {
  return { message, descriptor, uploads: none, openStreams: 0, refusal };
}
