import { MessageType, type HubMessage, type Payload } from '@hubwire/hub-protocol';
import { HubServerError } from '../errors.ts';
import type { SendQueue } from './send-queue.ts';

/**
 * Queues what must arrive. Throws `HUB_MESSAGE_TOO_LARGE` where the client can be told of that in place of the message;
 * where it cannot, it is let go.
 */
export function writeOrRefuse(queue: SendQueue, payload: Payload, message: HubMessage | undefined): void {
  if (queue.write(payload)) return;
  if (canBeReplaced(message)) throw new HubServerError('HUB_MESSAGE_TOO_LARGE');
  queue.giveUp();
}

/** An error in place of an error would be thrown at nobody, and behind the last message comes nothing. */
function canBeReplaced(message: HubMessage | undefined): boolean {
  if (message === undefined || message.type === MessageType.Close) return false;
  return message.type !== MessageType.Completion || message.outcome.kind !== 'error';
}
