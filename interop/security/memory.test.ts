import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '../src/within.ts';
import { HubSocket } from './testing/hub-socket.ts';
import { MeasuredVictim, prepareMeasuredServer } from './testing/measured-victim.ts';
import { clientFrame, RawSocket } from './testing/raw-socket.ts';

const mebibyte = 1_048_576;
let server: Awaited<ReturnType<typeof prepareMeasuredServer>>;
beforeAll(async () => {
  server = await prepareMeasuredServer();
}, 60_000);
afterAll(() => server.remove());

/** Opens so many connections that have shaken hands. */
async function openMany(port: number, count: number): Promise<RawSocket[]> {
  const open = async (): Promise<RawSocket> => {
    const socket = await RawSocket.open(port);
    await socket.openHub();
    return socket;
  };
  return Promise.all(Array.from({ length: count }, open));
}

function post(port: number, path: string, body = ''): Promise<string> {
  const answer = new Promise<string>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () => resolve(text));
    });
    outgoing.on('error', reject).end(body);
  });
  return within(answer, `POST ${path} is answered`);
}

interface Attack {
  /** What it adds when all of it has arrived, at the least. @default nothing */
  readonly floor?: number;
  run(): Promise<readonly RawSocket[]>;
}

/** What the attack adds to the server's memory, in bytes, once all of it has arrived; the first of two only warms up. */
async function growthOf(victim: MeasuredVictim, { floor = -Infinity, run }: Attack): Promise<number> {
  for (const socket of await run()) socket.cut();
  const before = await settled(victim);
  const sockets = await run();
  const after = await settled(victim, before + floor);
  for (const socket of sockets) socket.cut();
  return after - before;
}

/** The server's memory when it has come to rest, at `floor` or above. */
async function settled(victim: MeasuredVictim, floor = -Infinity): Promise<number> {
  const rest = async (): Promise<number> => {
    let last = (await victim.measure()).bytes;
    for (;;) {
      const { bytes } = await victim.measure();
      if (bytes >= floor && Math.abs(bytes - last) < 65_536) return bytes;
      last = bytes;
    }
  };
  return within(rest(), 'the server comes to rest', 20_000);
}

describe('memory that an attacker can take', () => {
  it('CVE-2026-26130: messages that never end hold their own bytes twice at most, however small the pieces', async () => {
    await using victim = await MeasuredVictim.start(server.path);
    const count = 50;
    const bytes = 30_000;
    const run = async (): Promise<RawSocket[]> => {
      const sockets = await openMany(victim.port, count);
      const pieces = Buffer.concat(Array.from({ length: bytes / 100 }, () => clientFrame(1, Buffer.alloc(100, 'x'))));
      await Promise.all(sockets.map((socket) => socket.write(pieces)));
      return sockets;
    };
    const growth = await growthOf(victim, { floor: 0.9 * bytes * count, run });
    // And what a connection costs by itself.
    expect(growth / count).toBeLessThan(2 * bytes + 24_000);
  });

  it('GHSA-j4f2-536g-r55m: nor do bodies in chunks of one byte', async () => {
    await using victim = await MeasuredVictim.start(server.path);
    const count = 4;
    const chunks = 20_000;
    const start = async (): Promise<RawSocket> => {
      const answer = await post(victim.port, '/hub/negotiate?negotiateVersion=1');
      const { connectionToken } = JSON.parse(answer) as { readonly connectionToken: string };
      const socket = await RawSocket.open(victim.port);
      const head = `POST /hub?id=${connectionToken} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
      await socket.write(head + '1\r\nx\r\n'.repeat(chunks));
      return socket;
    };
    const run = (): Promise<RawSocket[]> => Promise.all(Array.from({ length: count }, start));
    const growth = await growthOf(victim, { floor: 0.9 * chunks * count, run });
    expect(growth / count).toBeLessThan(10 * chunks);
  });

  it('CVE-2026-48779: frames of which one byte comes at a time hold no more than a few for each', async () => {
    await using victim = await MeasuredVictim.start(server.path, { maximumFrameBytes: 65_536 });
    const count = 2;
    const run = async (): Promise<RawSocket[]> => {
      const sockets = await openMany(victim.port, count);
      const head = clientFrame(1, Buffer.alloc(60_000, 'x')).subarray(0, 8);
      for (const socket of sockets) await socket.write(head);
      // So many that nearly two megabytes would be held of each, were all of them kept.
      for (let sent = 0; sent < 20_000 && sockets.some(({ isOpen }) => isOpen); sent++) {
        for (const socket of sockets) await socket.write('x');
      }
      return sockets;
    };
    const growth = await growthOf(victim, { run });
    expect(growth / count).toBeLessThan(mebibyte);
  });

  it('CVE-2024-21386, CVE-2020-0602, CVE-2019-0982: connections that were cut or closed leave nothing', async () => {
    await using victim = await MeasuredVictim.start(server.path);
    const size = 200;
    const join = '{"type":1,"target":"join","arguments":["everybody"]}\u001E';
    const ends = [
      '{"type":1,"target":"hang","invocationId":"1","arguments":[]}\u001E',
      'rubbish\u001E',
      '{"type":7}\u001E',
      '{"type":1',
    ].map((text) => clientFrame(1, Buffer.from(join + text)));
    const wave = async (): Promise<void> => {
      const sockets = await openMany(victim.port, size);
      await Promise.all(sockets.map((socket, index) => socket.write(ends[index % ends.length] ?? '')));
      for (const socket of sockets) socket.cut();
      const isEmpty = async (): Promise<void> => {
        while ((await victim.measure()).connections > 0);
      };
      await within(isEmpty(), 'no connection is left');
    };
    await wave();
    const before = await victim.measure();
    for (let count = 0; count < 3; count++) await wave();
    const after = await victim.measure();
    // A kilobyte left of each would show.
    expect(after.bytes - before.bytes).toBeLessThan(3 * size * 1_024);
  });

  it('CVE-2026-56170: of negotiations no more are kept than may be pending', async () => {
    const pending = 20;
    await using victim = await MeasuredVictim.start(server.path, {
      maximumPendingNegotiations: pending,
      negotiatedTimeoutMs: 600_000,
    });
    const padding = `x=${'x'.repeat(10_000)}`;
    const negotiate = (): Promise<string> => post(victim.port, `/hub/negotiate?useStatefulReconnect=true&${padding}`);
    await negotiate();
    const run = async (): Promise<readonly RawSocket[]> => {
      for (let count = 0; count < 100; count++) await negotiate();
      return [];
    };
    expect(await growthOf(victim, { run })).toBeLessThan(pending * 32_768);
  });

  it('what waits for a reader that stopped is no more than its queue', async () => {
    await using victim = await MeasuredVictim.start(server.path, { sendQueueBytes: mebibyte, sendTimeoutMs: 60_000 });
    const speaker = await HubSocket.open(victim.port);
    const run = async (): Promise<RawSocket[]> => {
      const sockets = await openMany(victim.port, 10);
      for (const socket of sockets) socket.pause();
      for (let count = 0; count < 400; count++) await speaker.call('broadcast', 'x'.repeat(30_000));
      return sockets;
    };
    const growth = await growthOf(victim, { run });
    speaker.cut();
    expect(growth).toBeLessThan(10 * 1.5 * mebibyte);
  });
});
