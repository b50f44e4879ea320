import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { CloseReason, Frame } from '../../../connection.ts';
import type { ServerConnection } from '../../../server-connection.ts';
import { TransportError } from '../../../errors.ts';
import { ManualClock, turns } from '../../../testing/test-server.ts';
import { ConnectionEndpoint } from '../../connection-endpoint.ts';
import type { ConnectionEndpointOptions, WebSocketEngine } from '../../connection-endpoint-options.ts';
import { InMemorySocket } from './in-memory-socket.ts';

/** What the owner of the connection does, at a chunk of the client's bytes or at a frame. */
export type OwnerAction = 'send' | 'ping' | 'close' | 'go away' | 'abort' | 'pause' | 'resume';

export interface Play {
  /** What the client sends, in the pieces in which it arrives. */
  readonly chunks: readonly Uint8Array[];
  /** How many of the chunks came along with the upgrade request. @default 0 */
  readonly headChunks?: number;
  /** Whether every frame is sent back. */
  readonly echoes?: boolean;
  /** Done before the chunk of that place. */
  readonly atChunk?: readonly (readonly [place: number, action: OwnerAction])[];
  /** Done inside `onFrame` of the frame of that place. */
  readonly atFrame?: readonly (readonly [place: number, action: OwnerAction])[];
  /** What the owner sends, all at once, before the first chunk. */
  readonly sends?: readonly Frame[];
  /** How the client goes in the end. @default 'fin' */
  readonly leaves?: 'fin' | 'reset';
  readonly options?: ConnectionEndpointOptions;
}

/** All that can be seen of an engine from both sides. */
export interface Outcome {
  /** What the owner was told, in order. */
  readonly told: readonly string[];
  /** What the client got, the answer to the upgrade included. */
  readonly sent: string;
  /** Whether the server had ended its half, and destroyed the socket, before the client left. */
  readonly hasEnded: boolean;
  readonly wasDestroyed: boolean;
  readonly isDestroyed: boolean;
  readonly connections: number;
}

export const upgradeHeaders = {
  host: 'x',
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
} as const satisfies IncomingHttpHeaders;

export interface UpgradeRequest {
  readonly method?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly head?: Buffer;
}

/** Gives an upgrade request to an engine as the HTTP server would. */
export function upgrade(
  endpoint: ConnectionEndpoint,
  socket: InMemorySocket,
  { method = 'GET', headers = upgradeHeaders, head = Buffer.alloc(0) }: UpgradeRequest = {},
): void {
  const request = { method, url: '/', headers, socket: { remoteAddress: '127.0.0.1' } };
  endpoint.handleUpgrade(request as unknown as IncomingMessage, socket, head);
}

/** Plays one client and one owner against an engine, in memory. */
export async function play(webSocketEngine: WebSocketEngine, scene: Play): Promise<Outcome> {
  const { chunks, headChunks = 0, leaves = 'fin', options, atChunk = [], atFrame = [] } = scene;
  const socket = new InMemorySocket();
  const told: string[] = [];
  let connection: ServerConnection | undefined;
  const own = (opened: ServerConnection) => startOwner((connection = opened), scene, told);
  const endpoint = new ConnectionEndpoint({ ...options, webSocketEngine }, own, new ManualClock());
  upgrade(endpoint, socket, { head: Buffer.concat(chunks.slice(0, headChunks)) });
  await turns(1);
  for (const frame of scene.sends ?? []) connection?.send(frame);
  for (const [place, chunk] of chunks.entries()) {
    for (const [at, action] of atChunk) if (at === place && connection !== undefined) act(connection, action);
    if (place >= headChunks) socket.arrive(chunk);
    await turns(1);
  }
  // Once for every pause that there may be.
  for (let count = 0; count <= atFrame.length + atChunk.length; count++) {
    connection?.resume();
    await turns(1);
  }
  await turns(1);
  const { hasEnded, destroyed: wasDestroyed } = socket;
  if (leaves === 'fin') socket.push(null);
  else socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  await turns(2);
  const sent = socket.sent.toString('latin1');
  return { told, sent, hasEnded, wasDestroyed, isDestroyed: socket.destroyed, connections: endpoint.connections };
}

/** The status that an upgrade request is answered with, and the rest of the answer's head. */
export function opening(webSocketEngine: WebSocketEngine, request: UpgradeRequest) {
  const socket = new InMemorySocket();
  const endpoint = new ConnectionEndpoint({ webSocketEngine }, () => {}, new ManualClock());
  upgrade(endpoint, socket, request);
  const head = socket.sent.toString().split('\r\n\r\n')[0] ?? '';
  socket.destroy();
  return { status: Number(head.split(' ')[1]), head };
}

function startOwner(connection: ServerConnection, { echoes = false, atFrame = [] }: Play, told: string[]): void {
  let count = 0;
  connection.start({
    onFrame: (frame) => {
      told.push(describeFrame(frame));
      if (echoes) connection.send(frame);
      const place = count++;
      for (const [at, action] of atFrame) if (at === place) act(connection, action);
    },
    onDrain() {},
    onAlive: () => void told.push('alive'),
    onClose: (reason) => void told.push(describeEnd(reason)),
  });
}

function act(connection: ServerConnection, action: OwnerAction): void {
  if (action === 'send') connection.send('from the owner');
  else if (action === 'go away') connection.close({ goingAway: true });
  else if (action === 'abort') connection.abort(new TransportError('TRANSPORT_ABORTED'));
  else connection[action]?.();
}

function describeFrame(frame: Frame): string {
  return typeof frame === 'string' ? `text ${frame}` : `binary ${Buffer.from(frame).toString('latin1')}`;
}

function describeEnd(reason: CloseReason): string {
  return reason.kind === 'failed' ? `failed ${reason.error.code}` : reason.kind;
}
