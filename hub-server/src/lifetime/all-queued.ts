import { HubServerError } from '../errors.ts';
import type { ClientResultOptions, PendingDelivery } from './hub-peer.ts';
import { limitWait } from './limit-wait.ts';

/** Resolves when all are settled. When the time is over or the signal fires, the others are withdrawn and it rejects. */
export function allQueued(deliveries: readonly PendingDelivery[], options: ClientResultOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const lateError = (): Error =>
      new HubServerError('HUB_SLOW_CONSUMER', `It had no room for the message within ${options.timeoutMs} ms.`);
    const stopLimiting = limitWait(options, lateError, (reason) => {
      reject(reason);
      for (const delivery of deliveries) delivery.withdraw();
    });
    void Promise.all(deliveries.map(({ settled }) => settled)).then(() => {
      stopLimiting();
      resolve();
    });
  });
}
