import { MessageType } from '@hubwire/hub-protocol';
import { isStreamSource, toError } from '@hubwire/hub-protocol/peer';
import { throwIfAborted } from '@hubwire/transports';
import type { HubSession } from '../connection/hub-session.ts';
import type { PendingCall } from '../connection/session-contract.ts';
import type { HubCall } from './call-options.ts';
import { Uploads } from './upload.ts';

export interface CallReceiver extends PendingCall {
  readonly type: typeof MessageType.Invocation | typeof MessageType.StreamInvocation;
}

/** Calls a method that answers. Returns what cancels the call, after which nothing is received any more. */
export function startCall(session: HubSession, call: HubCall, { type, item, end }: CallReceiver): () => void {
  const uploads = uploadsOf(session, call);
  let invocationId = '';
  try {
    session.checkRoom();
    invocationId = session.addCall({
      item,
      end(error, result) {
        uploads.stop();
        end(error, result);
      },
    });
    session.write({ type, invocationId, ...describeCall(call, uploads) });
  } catch (error) {
    session.removeCall(invocationId);
    end(toError(error));
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
  const uploads = uploadsOf(session, call);
  session.checkRoom();
  session.write({ type: MessageType.Invocation, ...describeCall(call, uploads) });
  uploads.start();
  // The session sends when this turn's work is done; whether there is room is known after that.
  await new Promise<void>(queueMicrotask);
  await session.room();
  throwIfAborted(session.closed);
}

function uploadsOf(session: HubSession, { args }: HubCall): Uploads {
  return new Uploads(session, args.filter(isStreamSource));
}

/** Streams are taken out, wherever they stand: the method's stream parameters get them in their order. */
function describeCall({ args, target, options: { headers } }: HubCall, { ids }: Uploads) {
  return {
    target,
    arguments: args.filter((value) => !isStreamSource(value)),
    ...(ids.length > 0 && { streamIds: ids }),
    ...(headers !== undefined && { headers }),
  };
}
