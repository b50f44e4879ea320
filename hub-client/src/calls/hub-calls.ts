import { MessageType } from '@hubwire/hub-protocol';
import type { HubSession } from '../connection/hub-session.ts';
import type { PendingCall } from '../connection/session-contract.ts';
import { toError } from '../errors.ts';
import type { HubCall } from './call-options.ts';
import { splitArguments, Uploads } from './upload.ts';

export interface CallReceiver extends PendingCall {
  readonly type: typeof MessageType.Invocation | typeof MessageType.StreamInvocation;
}

/** Calls a method that answers. Returns what cancels the call, after which nothing is received any more. */
export function startCall(session: HubSession, call: HubCall, receiver: CallReceiver): () => void {
  const { values, sources } = splitArguments(call.args);
  const uploads = new Uploads(session, sources);
  let invocationId = '';
  try {
    session.checkRoom();
    invocationId = session.addCall({
      item: receiver.item,
      end(error, result) {
        uploads.stop();
        receiver.end(error, result);
      },
    });
    session.write({ type: receiver.type, invocationId, ...describeCall(call, values, uploads.ids) });
  } catch (error) {
    session.removeCall(invocationId);
    receiver.end(toError(error));
    return () => {};
  }
  uploads.start();
  return () => {
    session.removeCall(invocationId);
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
  // The session sends when this turn's work is done; whether there is room is known after that.
  await new Promise<void>(queueMicrotask);
  const room = session.room();
  if (room === undefined) return;
  await room;
  session.closed.throwIfAborted();
}

function describeCall(
  { target, options: { headers } }: HubCall,
  args: readonly unknown[],
  streamIds: readonly string[],
) {
  return {
    target,
    arguments: args,
    ...(streamIds.length > 0 && { streamIds }),
    ...(headers !== undefined && { headers }),
  };
}
