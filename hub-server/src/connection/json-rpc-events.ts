import { jsonRpcEncoding, jsonRpcEventEncoding, type HubMessageEncoding } from '@hubwire/hub-protocol/json-rpc';

/** What became of each name in a `rpc.on` or `rpc.off`, in the words of `rpc-websockets`. */
export type SubscriptionResults = Readonly<Record<string, string>>;

/**
 * Which client methods a connection wants, and in which form. All of them as notifications, until it subscribes in the
 * way of `rpc-websockets`: from then on those that it subscribed to, as events, and no others.
 */
export class JsonRpcEvents {
  readonly #maximum: number;
  readonly #onFull: () => void;
  #subscribed: Set<string> | undefined;

  /** `onFull` is told of each name that is refused. */
  constructor(maximum: number, onFull: () => void) {
    this.#maximum = maximum;
    this.#onFull = onFull;
  }

  /** How a call of the client method leaves; `undefined` when the client does not want it. */
  encodingOf(target: string): HubMessageEncoding | undefined {
    if (this.#subscribed === undefined) return jsonRpcEncoding;
    return this.#subscribed.has(target) ? jsonRpcEventEncoding : undefined;
  }

  subscribe(names: readonly string[]): SubscriptionResults {
    return resultsOf(names, (name) => {
      this.#subscribed ??= new Set();
      if (this.#subscribed.has(name)) return 'socket has already been subscribed to event';
      if (this.#subscribed.size >= this.#maximum) {
        this.#onFull();
        return `at most ${this.#maximum} events`;
      }
      this.#subscribed.add(name);
      return 'ok';
    });
  }

  unsubscribe(names: readonly string[]): SubscriptionResults {
    return resultsOf(names, (name) => (this.#subscribed?.delete(name) === true ? 'ok' : 'not subscribed'));
  }
}

/** `fromEntries` makes own properties, also of a name such as `__proto__`. */
function resultsOf(names: readonly string[], change: (name: string) => string): SubscriptionResults {
  return Object.fromEntries(names.map((name) => [name, change(name)]));
}
