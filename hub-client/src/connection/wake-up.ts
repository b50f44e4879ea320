/**
 * Calls `wake` when the browser says that the network is back or the page is seen again. Where there is no browser
 * nothing happens. Returns what ends it.
 */
export function onWakeUp(wake: () => void): () => void {
  const { document } = globalThis;
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  globalThis.addEventListener?.('online', wake);
  document?.addEventListener('visibilitychange', onVisible);
  return () => {
    globalThis.removeEventListener?.('online', wake);
    document?.removeEventListener('visibilitychange', onVisible);
  };
}
