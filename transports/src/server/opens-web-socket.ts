import type { IncomingMessage } from 'node:http';

/** Whether a request is to open a WebSocket, also when a proxy on its way has dropped the headers of the upgrade. */
export function opensWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' || headers['sec-websocket-key'] !== undefined;
}
