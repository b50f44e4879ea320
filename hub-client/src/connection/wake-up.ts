/**
 * Calls `wake` when the browser says that the network is back or the page is seen again. Where there is no browser
 * nothing happens. Returns what ends it.
 */
export function onWakeUp(wake: () => void): () => void {
  const { document } = globalThis;
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  const end = new AbortController();
  const { signal } = end;
  globalThis.addEventListener?.('online', wake, { signal });
  document?.addEventListener('visibilitychange', onVisible, { signal });
  return () => end.abort();
}
