import { WebSocket } from 'ws';

/** What the client may find on React Native: no page, no process, no `EventSource`. */
export const reactNativePlatform: Readonly<Record<string, unknown>> = {
  AbortController,
  clearInterval,
  clearTimeout,
  fetch,
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
