import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '../src/within.ts';
import { MeasuredVictim, prepareMeasuredServer } from './testing/measured-victim.ts';
import type { Measurement } from './testing/measured-server.ts';
import { clientFrame, RawSocket, upgradeRequest } from './testing/raw-socket.ts';
import { turns } from './testing/turns.ts';

let server: Awaited<ReturnType<typeof prepareMeasuredServer>>;
beforeAll(async () => {
  server = await prepareMeasuredServer();
}, 120_000);
afterAll(() => server.remove());

type Leave = (socket: RawSocket) => void;
const cut: Leave = (socket) => socket.cut();
const reset: Leave = (socket) => socket.reset();
const halfClose: Leave = (socket) => socket.halfClose();

/** Opens a connection in some way as far as it gets; returns the sockets that are open then. */
type Visit = (port: number) => Promise<readonly RawSocket[]>;

const hang = clientFrame(1, Buffer.from('{"type":1,"invocationId":"1","target":"hang","arguments":[]}\u001E'));

const visits: readonly Visit[] = [
  // A WebSocket that has shaken hands, and one in the middle of a call.
  async (port) => {
    const socket = await RawSocket.open(port, { staysOpen: true });
    await socket.openHub();
    return [socket];
  },
  async (port) => {
    const socket = await RawSocket.open(port);
    await socket.openHub();
    await socket.write(hang);
    return [socket];
  },
  // Half a handshake, half an upgrade, half a frame.
  async (port) => {
    const socket = await RawSocket.open(port);
    await socket.ask(upgradeRequest('/hub'), 'the upgrade is answered');
    await socket.write(clientFrame(1, Buffer.from('{"protocol":"json"')));
    return [socket];
  },
  async (port) => {
    const socket = await RawSocket.open(port, { staysOpen: true });
    await socket.write(upgradeRequest('/hub').slice(0, 60));
    return [socket];
  },
  async (port) => {
    const socket = await RawSocket.open(port);
    await socket.openHub();
    await socket.write(clientFrame(1, Buffer.alloc(100, 'x')).subarray(0, 50));
    return [socket];
  },
  // A negotiation, and nothing behind it.
  async (port) => {
    await negotiate(port);
    return [];
  },
  // An event stream, and half of what is posted beside it.
  async (port) => {
    const path = await negotiate(port);
    const stream = await RawSocket.open(port);
    await stream.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`);
    await stream.until('text/event-stream', 'the stream opens');
    const post = await RawSocket.open(port, { staysOpen: true });
    await post.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"protocol"`);
    return [stream, post];
  },
  // A poll that waits.
  async (port) => {
    const path = await negotiate(port);
    const socket = await RawSocket.open(port);
    const poll = `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    await socket.ask(poll, 'the first poll is answered');
    await socket.write(poll);
    return [socket];
  },
];

async function negotiate(port: number): Promise<string> {
  const socket = await RawSocket.open(port);
  const request = 'POST /hub/negotiate?negotiateVersion=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
  await socket.write(request);
  const answer = await socket.until(/"connectionToken":"[^"]+"/u, 'negotiate is answered');
  socket.cut();
  return `/hub?id=${/"connectionToken":"([^"]+)"/u.exec(answer)?.[1] ?? ''}`;
}

const perWave = 250;
const leaves = [cut, reset, halfClose];

/** Opens a wave of connections of all kinds side by side, and leaves them without a word. */
async function wave(port: number): Promise<void> {
  const visiting = Array.from({ length: perWave }, (_, index) => visits[index % visits.length]?.(port) ?? []);
  const sockets = (await Promise.all(visiting)).flat();
  for (const [index, socket] of sockets.entries()) leaves[index % leaves.length]?.(socket);
  await turns(3);
  // Those that closed their own half alone; the server has seen that by now, or sees the reset behind it.
  for (const socket of sockets) socket.cut();
}

/** Resolves with what the server holds once nothing is going on any more. */
async function atRest(victim: MeasuredVictim): Promise<Measurement> {
  const rest = async (): Promise<Measurement> => {
    for (;;) {
      const measurement = await victim.measure();
      const { going, sockets, timers } = measurement;
      if (going + sockets + timers === 0) return measurement;
    }
  };
  return within(rest(), 'nothing is left of connections, calls, sockets and timers', 30_000);
}

describe('five thousand connections that are dropped rudely', () => {
  it('leave no memory, no timer and no descriptor behind', { timeout: 240_000 }, async () => {
    await using victim = await MeasuredVictim.start(server.path, {
      negotiatedTimeoutMs: 1_000,
      disconnectTimeoutMs: 1_000,
      requestTimeoutMs: 5_000,
      maximumPendingNegotiations: 10_000,
    });
    // What is made once: code that is compiled, buffers that are pooled.
    for (let count = 0; count < 10; count++) await wave(victim.port);
    const before = await atRest(victim);
    for (let count = 0; count < 20; count++) await wave(victim.port);
    const after = await atRest(victim);
    expect(after.descriptors).toBe(before.descriptors);
    // A tenth of what the smallest connection takes, were it left of each.
    expect(after.bytes - before.bytes).toBeLessThan(20 * perWave * 256);
  });
});
