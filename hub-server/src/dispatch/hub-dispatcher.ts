import type { InvocationMessage, StreamInvocationMessage } from '@hubwire/hub-protocol';
import type { InboundStream } from '@hubwire/hub-protocol/peer';
import { HubException } from '../errors.ts';
import { bindHub, type Hub } from '../hub.ts';
import { completeWithError } from './completions.ts';
import { describeError, errorTexts } from './error-texts.ts';
import type { HubCall } from './hub-call.ts';
import type { HubCaller } from './hub-caller.ts';
import { HubInvocation, releaseHub, type InvocationEnvironment } from './hub-invocation.ts';
import type { HubMethodTable } from './hub-method-table.ts';
import { InvocationScope } from './invocation-scope.ts';

export interface HubDispatcherOptions extends InvocationEnvironment {
  readonly methods: HubMethodTable;
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
    return this.#runOnHub(caller, (hub) => hub.onConnected());
  }

  /** Runs `onDisconnected`; rejects with what it throws. */
  disconnected(caller: HubCaller, error: Error | undefined): Promise<void> {
    return this.#runOnHub(caller, (hub) => hub.onDisconnected(error));
  }

  /** Takes a call that arrived; it starts at once or waits for its turn. */
  dispatch(caller: HubCaller, message: InvocationMessage | StreamInvocationMessage): void {
    const { methods, maximumQueuedInvocations, enableDetailedErrors } = this.#options;
    const descriptor = methods.find(message.target);
    if (descriptor === undefined) {
      completeWithError(caller, message.invocationId, errorTexts.unknownMethod(message.target));
      return;
    }
    let uploads: readonly InboundStream<unknown>[];
    try {
      uploads = this.#openUploads(caller, message.streamIds);
    } catch (error) {
      const text = describeError(errorTexts.methodFailed(message.target), error, enableDetailedErrors);
      completeWithError(caller, message.invocationId, text);
      return;
    }
    caller.calls.submit({ message, descriptor, uploads });
    if (caller.calls.waiting >= maximumQueuedInvocations) caller.setReading(false, caller.calls);
  }

  /** Starts a call whose turn has come. */
  start(caller: HubCaller, call: HubCall): void {
    if (caller.calls.waiting < this.#options.maximumQueuedInvocations) caller.setReading(true, caller.calls);
    new HubInvocation(this.#options, caller, call).start();
  }

  // Opened when the call arrives, not when it starts: the items follow right behind it.
  #openUploads(caller: HubCaller, streamIds: readonly string[] | undefined): readonly InboundStream<unknown>[] {
    if (streamIds === undefined || streamIds.length === 0) return none;
    const { maximumStreams } = this.#options;
    if (caller.uploads.size + streamIds.length > maximumStreams) {
      throw new HubException(errorTexts.tooManyStreams(maximumStreams));
    }
    return streamIds.map((streamId) => caller.uploads.open(streamId));
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

const none: readonly InboundStream<unknown>[] = [];
