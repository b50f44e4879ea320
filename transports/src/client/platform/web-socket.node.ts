import { WebSocket } from 'ws';
import type { WebSocketConstructor } from './web-socket-like.ts';

/** Tokens travel in a header. */
export const canSendHeaders: boolean = true;

export function defaultWebSocket(): WebSocketConstructor | undefined {
  return WebSocket;
}
