import { WebSocket } from 'ws';

/** A signal as React Native has it: without `reason`, `throwIfAborted`, and options for its listeners. */
class PlainAbortSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}

class PlainAbortController {
  readonly signal = new PlainAbortSignal();

  abort(): void {
    this.signal.abort();
  }
}

/** That of Node.js takes only signals of its own. */
function plainFetch(url: string | URL, { signal, ...init }: RequestInit & { signal?: PlainAbortSignal }) {
  const controller = new AbortController();
  signal?.addEventListener('abort', () => controller.abort());
  return fetch(url, { ...init, signal: controller.signal });
}

/** What the client may find on React Native: no page, no process, no `EventSource`. */
export const reactNativePlatform: Readonly<Record<string, unknown>> = {
  AbortController: PlainAbortController,
  clearInterval,
  clearTimeout,
  fetch: plainFetch,
  Headers,
  performance,
  queueMicrotask,
  setInterval,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
  WebSocket,
};
