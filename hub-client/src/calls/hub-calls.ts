import { MessageType, type CompletionOutcome, type InvocationMessage } from '@hubwire/hub-protocol';
import { watchCancellation, type HubCall } from './call-options.ts';
import { HubInvocationError, toError } from '../errors.ts';
import type { HubSession } from '../connection/hub-session.ts';
import type { HubStream } from './hub-stream.ts';
import { splitArguments, Uploads } from './upload.ts';

/** Calls a method and resolves with its result, or rejects with the server's error. */
export async function invokeOn(session: HubSession, call: HubCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    startCall(session, call, {
      type: MessageType.Invocation,
      item: () => session.logger.log('warning', 'item for a call without a stream', { target: call.target }),
      complete: (outcome) => {
        if (outcome.kind === 'error') reject(new HubInvocationError(outcome.error));
        else resolve(outcome.kind === 'result' ? outcome.result : undefined);
      },
      fail: reject,
    });
  });
}

/**
 * Calls a method that answers with a stream; what comes goes to `stream`, and so does an error of the call itself.
 * Returns what cancels the call.
 */
export function streamOn(session: HubSession, call: HubCall, stream: HubStream<unknown>): () => void {
  return startCall(session, call, {
    type: MessageType.StreamInvocation,
    item: (item) => stream.push(item),
    complete: (outcome) => stream.end(outcome.kind === 'error' ? new HubInvocationError(outcome.error) : undefined),
    fail: (error) => stream.end(error),
  });
}

/** Calls a method without asking for an answer; resolves when the transport has room for more. */
export async function sendOn(session: HubSession, call: HubCall): Promise<void> {
  call.options.signal?.throwIfAborted();
  session.checkRoom();
  const { values, sources } = splitArguments(call.args);
  const uploads = new Uploads(session, sources);
  session.write({ type: MessageType.Invocation, ...describeCall(call, values, uploads.ids) });
  if (sources.length > 0) uploads.start();
  // The writer sends when this turn's work is done; whether there is room is known after that.
  await new Promise<void>(queueMicrotask);
  const room = session.room();
  if (room === undefined) return;
  await room;
  session.closed.throwIfAborted();
}

interface CallReceiver {
  readonly type: typeof MessageType.Invocation | typeof MessageType.StreamInvocation;
  item(item: unknown): void;
  complete(outcome: CompletionOutcome): void;
  fail(error: Error): void;
}

function startCall(session: HubSession, call: HubCall, receiver: CallReceiver): () => void {
  const { signal } = call.options;
  if (signal?.aborted === true) {
    receiver.fail(toError(signal.reason));
    return () => {};
  }
  const { values, sources } = splitArguments(call.args);
  const uploads = new Uploads(session, sources);
  const settle = (): void => {
    stopWatching();
    uploads.stop();
  };
  const cancel = (): void => {
    stopWatching();
    session.pending.remove(invocationId);
    if (session.isOpen) session.write({ type: MessageType.CancelInvocation, invocationId });
    uploads.cancel();
  };
  let invocationId = '';
  let stopWatching = (): void => {};
  try {
    session.checkRoom();
    invocationId = session.pending.add({
      item: (item) => receiver.item(item),
      complete(outcome) {
        settle();
        receiver.complete(outcome);
      },
      fail(error) {
        settle();
        receiver.fail(error);
      },
    });
    session.write({ type: receiver.type, invocationId, ...describeCall(call, values, uploads.ids) });
  } catch (error) {
    session.pending.remove(invocationId);
    receiver.fail(toError(error));
    return () => {};
  }
  stopWatching = watchCancellation(call.options, session.clock, (reason) => {
    cancel();
    receiver.fail(reason);
  });
  if (sources.length > 0) uploads.start();
  return cancel;
}

type CallDescription = Pick<InvocationMessage, 'headers' | 'target' | 'arguments' | 'streamIds'>;

function describeCall(call: HubCall, values: readonly unknown[], streamIds: readonly string[]): CallDescription {
  const { headers } = call.options;
  return {
    target: call.target,
    arguments: values,
    ...(streamIds.length > 0 && { streamIds }),
    ...(headers !== undefined && { headers }),
  };
}
