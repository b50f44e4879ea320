import { describe, expect, it } from 'vitest';
import { within } from '../src/within.ts';
import { clientFrame, upgradeRequest, type RawSocket } from './testing/raw-socket.ts';
import { Victim } from './testing/victim.ts';

const pong = { kind: 'result', result: 'pong' };

/** Writes one byte after the other for as long as the server lets it. */
async function trickle(socket: RawSocket, write = (byte: string): Promise<void> => socket.write(byte)): Promise<void> {
  const trickling = async (): Promise<void> => {
    while (socket.isOpen) {
      await write('x');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  try {
    await within(trickling(), 'the server gives up');
  } finally {
    socket.cut();
  }
}

describe('half-open and slow peers', () => {
  it('a thousand sockets that are silent after the upgrade are gone in time, and a new client is served', async () => {
    await using victim = await Victim.start({ handshakeTimeoutMs: 500, disconnectTimeoutMs: 500 });
    for (let batch = 0; batch < 20; batch++) {
      const sockets = await Promise.all(Array.from({ length: 50 }, () => victim.raw()));
      await Promise.all(sockets.map((socket) => socket.ask(upgradeRequest('/hub'), 'an upgrade is answered')));
    }
    expect(await (await victim.client()).call('ping')).toEqual(pong);
    // The client above is silent, but has shaken hands.
    await victim.whenConnected(1, 15_000);
    await victim.whenSockets(1, 15_000);
  });

  it('one that trickles its handshake has no more time than one that says nothing', async () => {
    await using victim = await Victim.start({
      handshakeTimeoutMs: 500,
      disconnectTimeoutMs: 500,
      maximumReceiveMessageBytes: 16_777_216,
    });
    const socket = await victim.raw();
    await socket.ask(upgradeRequest('/hub'), 'the upgrade is answered');
    await trickle(socket, (byte) => socket.write(clientFrame(1, Buffer.from(byte))));
    await victim.whenConnected(0);
    expect(victim.hub.connectionCount).toBe(0);
  });

  it('one that trickles a frame without end is silent', async () => {
    await using victim = await Victim.start({
      keepAliveIntervalMs: 100,
      clientTimeoutMs: 400,
      // So many pieces of a frame are allowed that it is the silence that counts.
      maximumFrameBytes: 1_073_741_824,
      disconnectTimeoutMs: 300,
    });
    const socket = await victim.raw();
    await socket.openHub();
    // The head of a frame of half a gigabyte.
    await socket.write(Uint8Array.of(0x81, 0xff, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0));
    await trickle(socket);
    await victim.whenConnected(0);
    expect(victim.hub.connectionCount).toBe(0);
  });

  it('what is negotiated and not used is forgotten', async () => {
    await using victim = await Victim.start({ negotiatedTimeoutMs: 200 });
    const path = await victim.negotiate();
    const isForgotten = async (): Promise<void> => {
      while ((await victim.request(path, { method: 'POST', body: 'x' })).status !== 404);
    };
    await within(isForgotten(), 'the connection is forgotten');
    expect((await victim.request(path)).status).toBe(404);
  });

  it('a poll that never comes back ends its connection', async () => {
    await using victim = await Victim.start({ disconnectTimeoutMs: 200 });
    await victim.poll();
    await victim.whenConnected(0);
    expect(victim.hub.connectionCount).toBe(0);
  });

  it('a body that trickles holds nobody up for longer than requestTimeoutMs', async () => {
    await using victim = await Victim.start({ requestTimeoutMs: 300, disconnectTimeoutMs: 60_000 });
    const path = await victim.poll();
    const slow = await victim.raw();
    await slow.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`);
    const next = victim.request(path, { method: 'POST', body: '{"type":6}\u001E' });
    await trickle(slow);
    expect(slow.received).toContain('408');
    expect((await next).status).toBe(200);
  });

  it('a hook that never decides holds no socket for longer than requestTimeoutMs', async () => {
    await using victim = await Victim.start({ requestTimeoutMs: 300, authenticate: () => new Promise(() => {}) });
    const socket = await victim.raw();
    expect(await socket.ask(upgradeRequest('/hub'), 'the upgrade is answered')).toContain('503');
    expect((await victim.request('/hub/negotiate', { method: 'POST' })).status).toBe(503);
    await socket.closed('the socket is closed');
    await victim.whenSockets(0);
  });

  /** Opens a connection that reads nothing behind its handshake. */
  async function openStuck(victim: Victim, transport: string): Promise<void> {
    if (transport === 'LongPolling') {
      await victim.poll();
      return;
    }
    const stuck = await victim.raw();
    if (transport === 'WebSockets') {
      await stuck.ask(upgradeRequest('/hub'), 'the upgrade is answered');
      await stuck.write(clientFrame(1, Buffer.from('{"protocol":"json","version":1}\u001E')));
    } else {
      const path = await victim.negotiate();
      await stuck.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`);
      await stuck.until(/\r\n\r\n/u, 'the stream opens');
      await victim.request(path, { method: 'POST', body: '{"protocol":"json","version":1}\u001E' });
    }
    await stuck.until('{}\u001E', 'the handshake is answered');
    stuck.pause();
  }

  it.each(['WebSockets', 'ServerSentEvents', 'LongPolling'])(
    'a reader that stops (%s) is let go at its own cost alone',
    async (transport) => {
      await using victim = await Victim.start({
        sendQueueBytes: 262_144,
        sendTimeoutMs: 60_000,
        disconnectTimeoutMs: 60_000,
      });
      const live = await victim.client();
      await openStuck(victim, transport);
      const text = 'x'.repeat(30_000);
      const pump = async (): Promise<void> => {
        while (victim.hub.connectionCount > 1) await live.call('broadcast', text);
      };
      await within(pump(), 'the slow reader is let go', 15_000);
      expect(victim.logger.events.some(({ event }) => event === 'slowConsumer')).toBe(true);
      expect(await live.call('ping')).toEqual(pong);
    },
  );

  it('a reader that stops is let go after sendTimeoutMs even when its queue has room', async () => {
    await using victim = await Victim.start({
      sendQueueBytes: 512 * 1_048_576,
      sendTimeoutMs: 300,
      disconnectTimeoutMs: 300,
    });
    const live = await victim.client();
    const stuck = await victim.raw();
    await stuck.openHub();
    stuck.pause();
    for (let count = 0; count < 300; count++) await live.call('broadcast', 'x'.repeat(30_000));
    await victim.whenConnected(1);
    expect(await live.call('ping')).toEqual(pong);
  });

  it('one address, and all together, have no more connections than allowed', async () => {
    await using crowd = await Victim.start({ maximumConnectionsPerAddress: 2 });
    const first = await crowd.client();
    await crowd.client();
    const third = await crowd.raw();
    expect(await third.ask(upgradeRequest('/hub'), 'the third is answered')).toContain('429');
    first.cut();
    await crowd.whenConnected(1);
    expect(await (await crowd.client()).call('ping')).toEqual(pong);

    await using full = await Victim.start({ maximumConnections: 1 });
    await full.client();
    const second = await full.raw();
    expect(await second.ask(upgradeRequest('/hub'), 'the second is answered')).toContain('503');
    expect((await full.request('/hub/negotiate', { method: 'POST' })).status).toBe(503);
  });
});
