/** Disposes a hub that asks for it with `Symbol.asyncDispose` or `Symbol.dispose`. */
export function disposeHub(hub: object): void | Promise<void> {
  if (Symbol.asyncDispose in hub) return (hub as AsyncDisposable)[Symbol.asyncDispose]() as Promise<void>;
  if (Symbol.dispose in hub) (hub as Disposable)[Symbol.dispose]();
}
