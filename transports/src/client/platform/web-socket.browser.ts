import type { WebSocketConstructor } from './web-socket-like.ts';

/** Tokens travel in the query. */
export const canSendHeaders: boolean = false;

export function defaultWebSocket(): WebSocketConstructor | undefined {
  return globalThis.WebSocket;
}
