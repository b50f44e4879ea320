import { HubServerError } from '../errors.ts';
import type { HubCallerContext } from '../hub-caller-context.ts';

/** One call, as filters see it. */
export interface HubInvocationContext {
  /** The connection that calls. */
  readonly context: HubCallerContext;
  /** The target as the client wrote it. */
  readonly target: string;
  /** The method as the hub declares it; `undefined` when the hub has no such method, which `next` then says. */
  readonly method: string | undefined;
  /** The plain arguments as they arrived, not validated. */
  readonly arguments: readonly unknown[];
  /** String pairs that came with the call, such as the context of a trace. */
  readonly headers: Readonly<Record<string, string>>;
  /** How the client calls: for one result, for none, or for a stream. */
  readonly kind: 'invoke' | 'send' | 'stream';
}

/**
 * Stands around the calls of a hub, and around its `onConnected` and `onDisconnected`.
 *
 * `next` goes on to the next filter and at last to the hub; it may be called once at most. What `invoke` returns is the
 * answer. `next` of `invoke` rejects with what the method throws, or with a `HubServerError` for a call that never
 * reaches its method: `HUB_UNKNOWN_METHOD`, `HUB_UNAUTHORIZED`, `HUB_INVALID_ARGUMENTS`, `HUB_WRONG_CALL_KIND`. What a
 * filter throws is answered as if the method had thrown it, and such an error let through as if there were no filter.
 */
export interface HubFilter {
  invoke?(context: HubInvocationContext, next: () => Promise<unknown>): unknown;
  /** Around `onConnected`; throwing, or leaving `next` out and throwing, closes the connection with an error. */
  connect?(context: HubCallerContext, next: () => Promise<void>): void | Promise<void>;
  /** Around `onDisconnected`. */
  disconnect?(context: HubCallerContext, error: Error | undefined, next: () => Promise<void>): void | Promise<void>;
}

/** All filters of one hub as one. */
export interface FilterChain {
  invoke(context: HubInvocationContext, run: () => unknown): unknown;
  connect(context: HubCallerContext, run: () => void | Promise<void>): Promise<void>;
  disconnect(context: HubCallerContext, error: Error | undefined, run: () => void | Promise<void>): Promise<void>;
}

/** Gives the filter for one call: always the same one, or one of a container. */
export type FilterSource = () => HubFilter;

/** Joins filters, the outermost first; `undefined` when there are none, so that nothing has to be asked per call. */
export function chainFilters(sources: readonly FilterSource[]): FilterChain | undefined {
  if (sources.length === 0) return undefined;
  return {
    invoke: (context, run) => walk(sources, run, (filter, next) => filter.invoke?.bind(filter, context, next)),
    async connect(context, run) {
      await walk(sources, run, (filter, next) => filter.connect?.bind(filter, context, asVoid(next)));
    },
    async disconnect(context, error, run) {
      await walk(sources, run, (filter, next) => filter.disconnect?.bind(filter, context, error, asVoid(next)));
    },
  };
}

type Next = () => Promise<unknown>;

/** Runs each filter that has a part to play here around the next one, and `run` inside the last. */
function walk(
  sources: readonly FilterSource[],
  run: () => unknown,
  part: (filter: HubFilter, next: Next) => (() => unknown) | undefined,
): unknown {
  const step = (index: number): unknown => {
    const source = sources[index];
    if (source === undefined) return run();
    const own = part(
      source(),
      once(async () => step(index + 1)),
    );
    return own === undefined ? step(index + 1) : own();
  };
  return step(0);
}

function once(next: Next): Next {
  let wasCalled = false;
  return () => {
    if (wasCalled) return Promise.reject(new HubServerError('HUB_FILTER_CALLED_NEXT_TWICE'));
    wasCalled = true;
    return next();
  };
}

function asVoid(next: Next): () => Promise<void> {
  return async () => {
    await next();
  };
}
