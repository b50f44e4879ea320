import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { answerUpgradeRejection, HttpRejection } from './http-rejection.ts';

export interface UpgradeHandler {
  /** `false`: not for this one. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

interface Listening {
  readonly handlers: Set<UpgradeHandler>;
  readonly listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

const listening = new WeakMap<Server | SecureServer, Listening>();

/**
 * Offers every upgrade of a server to the handlers registered for it. One that nobody takes is left to the server's
 * other listeners; where there are none it is refused, as its socket would stay open for ever.
 */
export function listenForUpgrades(server: Server | SecureServer, handler: UpgradeHandler): () => void {
  const { handlers, listener } = listening.get(server) ?? startListening(server);
  handlers.add(handler);
  return () => {
    handlers.delete(handler);
    if (handlers.size > 0) return;
    server.off('upgrade', listener);
    listening.delete(server);
  };
}

function startListening(server: Server | SecureServer): Listening {
  const handlers = new Set<UpgradeHandler>();
  const listener: Listening['listener'] = (request, socket, head) => {
    for (const handler of handlers) if (handler.handleUpgrade(request, socket, head)) return;
    if (server.listenerCount('upgrade') > 1) return;
    socket.on('error', () => {});
    answerUpgradeRejection(socket, new HttpRejection(404, 'Nothing takes upgrades here'));
  };
  const entry = { handlers, listener };
  server.on('upgrade', listener);
  listening.set(server, entry);
  return entry;
}
