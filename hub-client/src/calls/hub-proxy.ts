/** Calls a method of the hub by its name. */
export type CallFunction = (target: string, ...args: unknown[]) => unknown;

/** What promises, `JSON.stringify` and the like look for on anything they are given: never a method of the hub. */
const reserved: ReadonlySet<string> = new Set(['then', 'toJSON']);

/** `Function`'s own ways of being called; they stay what they are when they are given the connection as `this`. */
const functionMethods: ReadonlySet<string> = new Set(['apply', 'bind', 'call']);

/**
 * Makes `call('send', 'hello')` callable as `proxy.send('hello')` too.
 *
 * Every text property is a method of the hub, `name`, `length`, `constructor` and `toString` included, except `then`
 * and `toJSON`. `call`, `apply` and `bind` are methods of the hub too, unless their first argument is `owner`, the
 * connection itself: then they do what they do on every function.
 */
export function createHubProxy(call: CallFunction, owner: object): unknown {
  return new Proxy(call, {
    get(target, property) {
      if (typeof property === 'symbol' || reserved.has(property)) return undefined;
      return (...args: unknown[]): unknown => {
        if (args[0] === owner && functionMethods.has(property)) {
          return Reflect.apply(Reflect.get(Function.prototype, property), target, args);
        }
        return target(property, ...args);
      };
    },
    has: (_target, property) => typeof property === 'string' && !reserved.has(property),
  });
}
