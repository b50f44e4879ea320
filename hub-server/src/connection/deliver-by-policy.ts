import type { Payload } from '@hubwire/hub-protocol';
import { HubServerError } from '../errors.ts';
import type { PendingDelivery } from '../lifetime/hub-peer.ts';
import type { SerializedMessage } from '../lifetime/serialized-message.ts';
import { requireSlowConsumerPolicy, type SlowConsumerPolicy } from '../slow-consumer-policy.ts';
import type { HubConnectionEnvironment } from './hub-connection-environment.ts';
import type { SendQueue } from './send-queue.ts';

/** A call that the queue of its client did not pass on at once. */
export interface SlowCall {
  readonly message: SerializedMessage;
  readonly connectionId: string;
  readonly environment: Pick<HubConnectionEnvironment, 'options' | 'logger' | 'diagnostics'>;
}

/** Queues a call as its policy says; what it returns is still to be queued. Throws `HUB_MESSAGE_TOO_LARGE`. */
export function deliverByPolicy(queue: SendQueue, payload: Payload, call: SlowCall): PendingDelivery | undefined {
  const outbound = queue.measure(payload);
  if (outbound === undefined) throw new HubServerError('HUB_MESSAGE_TOO_LARGE');
  const policy = policyOf(call);
  if (policy === 'drop' && !queue.offerVolatile(outbound)) {
    tellDropped(call, 'dropped');
    return undefined;
  }
  call.environment.diagnostics.messageSent();
  if (policy === 'drop') return undefined;
  if (policy === 'wait') return queue.wait(outbound);
  const key = policy === 'disconnect' ? undefined : policy.latest;
  if (key !== undefined && queue.replace(outbound, key)) tellDropped(call, 'replaced');
  else if (!queue.offer(outbound, key)) queue.giveUp();
  return undefined;
}

/** What the application's own choice throws is logged, since the senders of other calls are not to be told. */
function policyOf({ message, connectionId, environment }: SlowCall): SlowConsumerPolicy {
  try {
    const policy = message.policyOr(environment.options.slowConsumerPolicy);
    requireSlowConsumerPolicy('What slowConsumerPolicy returns', policy);
    return policy;
  } catch (error) {
    environment.logger.log('error', 'slowConsumerPolicyFailed', { connectionId, target: message.target, error });
    return 'disconnect';
  }
}

function tellDropped({ message, connectionId, environment }: SlowCall, reason: 'dropped' | 'replaced'): void {
  const { target } = message;
  environment.logger.log('debug', reason === 'dropped' ? 'messageDropped' : 'messageReplaced', {
    connectionId,
    target,
  });
  environment.diagnostics.messageDropped({ connectionId, target, reason });
}
