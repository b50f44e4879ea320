import type { ServerName, StartServer } from './contender.ts';

/** Each server loads what it needs and nothing of the others: memory is compared. */
export const servers: Readonly<Record<Exclude<ServerName, 'aspnetcore'>, () => Promise<{ start: StartServer }>>> = {
  'bare-ws': () => import('./bare-ws/server.ts'),
  hubwire: () => import('./hubwire/server.ts'),
  'socket-io': () => import('./socket-io/server.ts'),
  'rpc-websockets': () => import('./rpc-websockets/server.ts'),
  socketcluster: () => import('./socketcluster/server.ts'),
  faye: () => import('./faye/server.ts'),
};
