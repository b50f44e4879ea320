import { MessageType, type InvocationMessage } from '@hubwire/hub-protocol';
import type { HubSession } from '../connection/hub-session.ts';
import { HubInvocationError, toError } from '../errors.ts';
import type { HubCall } from './call-options.ts';
import { splitArguments, Uploads } from './upload.ts';

/** Takes the end of a call: with an error it failed. */
export type EndCall = (error?: Error, result?: unknown) => void;

export interface CallReceiver {
  readonly type: typeof MessageType.Invocation | typeof MessageType.StreamInvocation;
  readonly item: (item: unknown) => void;
  readonly end: EndCall;
}

/** Calls a method that answers. Returns what cancels the call, after which nothing is received any more. */
export function startCall(session: HubSession, call: HubCall, { type, item, end }: CallReceiver): () => void {
  const { values, sources } = splitArguments(call.args);
  const uploads = new Uploads(session, sources);
  const settle: EndCall = (error, result) => {
    uploads.stop();
    end(error, result);
  };
  let invocationId = '';
  try {
    session.checkRoom();
    invocationId = session.pending.add({
      item,
      complete(outcome) {
        if (outcome.kind === 'error') settle(new HubInvocationError(outcome.error));
        else settle(undefined, outcome.kind === 'result' ? outcome.result : undefined);
      },
      fail: settle,
    });
    session.write({ type, invocationId, ...describeCall(call, values, uploads.ids) });
  } catch (error) {
    session.pending.remove(invocationId);
    end(toError(error));
    return () => {};
  }
  uploads.start();
  return () => {
    session.pending.remove(invocationId);
    if (session.isOpen) session.write({ type: MessageType.CancelInvocation, invocationId });
    uploads.cancel();
  };
}

/** Calls a method without asking for an answer; resolves when the transport has room for more. */
export async function sendOn(session: HubSession, call: HubCall): Promise<void> {
  session.checkRoom();
  const { values, sources } = splitArguments(call.args);
  const uploads = new Uploads(session, sources);
  session.write({ type: MessageType.Invocation, ...describeCall(call, values, uploads.ids) });
  uploads.start();
  // The writer sends when this turn's work is done; whether there is room is known after that.
  await new Promise<void>(queueMicrotask);
  const room = session.room();
  if (room === undefined) return;
  await room;
  session.closed.throwIfAborted();
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
