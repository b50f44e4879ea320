import { within } from './within.ts';

/** What `promise` rejects with; fails when it resolves. Can be called before the reason for the rejection is there. */
export function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const rejection = promise.then(
    (value) => {
      throw new Error(`Resolved with ${String(value)} instead of being rejected.`);
    },
    (error: unknown) => error,
  );
  return within(rejection, 'a rejection');
}
