import { HubServerError } from './errors.ts';

/** What becomes of a call of a client that is sent more than it reads. Clients that keep up never notice. */
export type SlowConsumerPolicy =
  /** The client is disconnected when its queue is full. */
  | 'disconnect'
  /** The promise of the call waits until the queue has room. */
  | 'wait'
  /** The client goes without, as soon as its transport takes no more. */
  | 'drop'
  /** While it is queued, a newer one with the same key takes its place. */
  | { readonly latest: string };

/** The policy of a hub for calls that name none: one for all, or chosen for each. Choosing has to be quick. */
export type HubSlowConsumerPolicy =
  | Exclude<SlowConsumerPolicy, object>
  | ((target: string, args: readonly unknown[]) => SlowConsumerPolicy);

/** Throws `HUB_INVALID_OPTION`; `name` is what is to be a policy. */
export function requireSlowConsumerPolicy(name: string, policy: unknown): asserts policy is SlowConsumerPolicy {
  if (isForAll(policy) || isLatest(policy)) return;
  throw invalid(`${name} must be 'disconnect', 'wait', 'drop' or { latest: key }.`);
}

/** Throws `HUB_INVALID_OPTION`. */
export function requireHubSlowConsumerPolicy(policy: unknown): asserts policy is HubSlowConsumerPolicy {
  if (isForAll(policy) || typeof policy === 'function') return;
  throw invalid("slowConsumerPolicy must be 'disconnect', 'wait', 'drop' or a function.");
}

function isForAll(policy: unknown): boolean {
  return policy === 'disconnect' || policy === 'wait' || policy === 'drop';
}

function isLatest(policy: unknown): boolean {
  return typeof policy === 'object' && policy !== null && 'latest' in policy && typeof policy.latest === 'string';
}

function invalid(detail: string): HubServerError {
  return new HubServerError('HUB_INVALID_OPTION', detail);
}
