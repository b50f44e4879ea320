/** Why a signal aborted; signals on React Native do not say. */
export function abortReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new Error('An abort occurred.');
}

/** The signal's own `throwIfAborted`, which React Native lacks. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}
