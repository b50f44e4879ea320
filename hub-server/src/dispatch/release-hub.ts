import type { Logger } from '@hubwire/transports';
import type { HubActivator } from '../activation/hub-activator.ts';
import type { Hub } from '../hub.ts';

/** Lets a hub go; what its disposal throws is logged, since the call has been answered. */
export function releaseHub(
  { activator, logger }: { readonly activator: HubActivator; readonly logger: Logger },
  hub: Hub<unknown>,
): void {
  try {
    const released = activator.release(hub);
    if (released !== undefined) released.then(undefined, (error: unknown) => logFailure(logger, error));
  } catch (error) {
    logFailure(logger, error);
  }
}

function logFailure(logger: Logger, error: unknown): void {
  logger.log('error', 'hubDisposalFailed', { error });
}
