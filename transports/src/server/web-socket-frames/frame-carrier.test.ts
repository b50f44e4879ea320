import { describe, expect, it } from 'vitest';
import { ManualClock, RecordingReceiver, turns } from '../../testing/test-server.ts';
import type { ServerConnection } from '../../server-connection.ts';
import { ConnectionEndpoint } from '../connection-endpoint.ts';
import type { ConnectionEndpointOptions } from '../connection-endpoint-options.ts';
import { encodeFrame } from './testing/client-frame.ts';
import { upgrade } from './testing/engine-run.ts';
import { InMemorySocket } from './testing/in-memory-socket.ts';
import { splitServerFrames } from './testing/server-frames.ts';

const text = (payload: string) => encodeFrame({ opcode: 1, payload: Buffer.from(payload) });
const ping = (payload = '') => encodeFrame({ opcode: 9, payload: Buffer.from(payload) });
const close = encodeFrame({ opcode: 8, payload: Buffer.from([0x03, 0xe8]) });

async function open(options: ConnectionEndpointOptions = {}) {
  const socket = new InMemorySocket();
  const clock = new ManualClock();
  const receiver = new RecordingReceiver();
  let opened: ServerConnection | undefined;
  const own = (connection: ServerConnection) => (opened = connection).start(receiver);
  const endpoint = new ConnectionEndpoint({ ...options, webSocketEngine: 'direct' }, own, clock);
  upgrade(endpoint, socket);
  await turns(1);
  if (opened === undefined) throw new Error('The connection did not open.');
  const answer = socket.sent.length;
  const frames = () => splitServerFrames(socket.sent.subarray(answer));
  return { socket, clock, receiver, connection: opened, endpoint, frames };
}

describe('FrameCarrier', () => {
  it('writes once for all frames that a chunk is answered with', async () => {
    const { socket, connection, receiver, frames } = await open();
    receiver.onFrame = (frame) => void connection.send(frame);
    socket.arrive(Buffer.concat(Array.from({ length: 100 }, (_, place) => text(`${place}`))));
    await turns();
    expect(frames()).toEqual(Array.from({ length: 100 }, (_, place) => `81 ${place}`));
    expect(socket.writes).toBe(2);
  });

  it('reads no further once it is paused, pings and the close aside by side with frames', async () => {
    const { socket, connection, receiver, frames } = await open();
    receiver.onFrame = (frame) => {
      receiver.seen.push(String(frame));
      connection.pause();
    };
    socket.arrive(Buffer.concat([text('a'), ping(), text('b'), close]));
    await turns();
    expect({ seen: receiver.seen, frames: frames() }).toEqual({ seen: ['a'], frames: [] });
    connection.resume();
    await turns();
    expect({ seen: receiver.seen, frames: frames() }).toEqual({ seen: ['a', 'b'], frames: ['8a '] });
    connection.resume();
    await turns();
    expect(frames()).toEqual(['8a ', '88 \u0003è']);
  });

  it('ends the socket after both close frames, and destroys it when the client does not', async () => {
    const { socket, clock, receiver, endpoint } = await open();
    socket.arrive(close);
    await turns();
    expect([socket.hasEnded, socket.destroyed]).toEqual([true, false]);
    clock.advance(0);
    clock.advance(29_999);
    expect(socket.destroyed).toBe(false);
    clock.advance(1);
    await turns();
    expect(socket.destroyed).toBe(true);
    expect(receiver.seen).toEqual(['closed: remote']);
    expect([endpoint.connections, clock.timers]).toEqual([0, 0]);
  });

  it('does not wait for ever for a client that broke the protocol', async () => {
    const { socket, clock, receiver, frames } = await open();
    socket.arrive(Buffer.concat([text('x'), Buffer.from('ff', 'hex'), Buffer.from('ff', 'hex')]));
    socket.arrive(text('late'));
    await turns();
    expect({ frames: frames(), ended: socket.hasEnded }).toEqual({ frames: ['88 \u0003ê'], ended: true });
    clock.advance(0);
    clock.advance(30_000);
    await turns();
    expect({ destroyed: socket.destroyed, seen: receiver.seen }).toEqual({
      destroyed: true,
      seen: ['x', 'closed: failed'],
    });
  });

  it('sends nothing after the close frame', async () => {
    const { socket, connection, frames } = await open();
    connection.close({ goingAway: true });
    socket.arrive(Buffer.concat([ping(), close]));
    await turns();
    expect({ frames: frames(), ended: socket.hasEnded }).toEqual({ frames: ['88 \u0003é'], ended: true });
  });

  it('ends as broken with a client that leaves without a close frame, and says why where that is known', async () => {
    const leaving = await open();
    leaving.socket.push(null);
    expect(await leaving.receiver.closes.next('the end')).toMatchObject({
      kind: 'failed',
      error: { code: 'TRANSPORT_FAILED' },
    });
    expect(leaving.frames()).toEqual([]);
    const broken = await open();
    broken.socket.destroy(new Error('read ECONNRESET'));
    const end = await broken.receiver.closes.next('the end');
    expect(end).toMatchObject({ error: { code: 'TRANSPORT_FAILED', cause: { message: 'read ECONNRESET' } } });
  });

  it('delivers what a socket held that was paused and then broke', async () => {
    const { socket, connection, receiver } = await open();
    connection.pause();
    await turns();
    socket.arrive(Buffer.concat([text('held'), close]));
    socket.destroy(new Error('read ECONNRESET'));
    await turns();
    connection.resume();
    await receiver.closes.next('the end');
    expect(receiver.seen).toEqual(['held', 'closed: remote']);
  });

  it('fills up by what the client does not read, and not by what one chunk is answered with', async () => {
    const { socket, connection, receiver } = await open({ sendBufferBytes: 1_000 });
    const rooms: boolean[] = [];
    receiver.onFrame = (frame) => void rooms.push(connection.send(frame));
    const many = Buffer.concat(Array.from({ length: 20 }, () => text('x'.repeat(100))));
    socket.arrive(many);
    await turns();
    expect(rooms).toEqual(Array.from({ length: 20 }, () => true));
    socket.stall();
    socket.arrive(many);
    await turns();
    expect(rooms.at(-1)).toBe(false);
    expect(receiver.drains.size).toBe(0);
    socket.flow();
    await receiver.drains.next('the drain');
    expect(connection.bufferedBytes).toBe(0);
    expect(connection.send('x')).toBe(true);
  });

  it('drains once all is gone, not when what filled it is', async () => {
    const { socket, connection, receiver } = await open({ sendBufferBytes: 1_000 });
    socket.stall();
    expect(connection.send('x'.repeat(2_000))).toBe(false);
    connection.send('x'.repeat(500));
    for (const text of ['sent when there seems to be room', undefined]) {
      socket.takeOne();
      await turns();
      if (text !== undefined) connection.send(text);
      expect(receiver.drains.size).toBe(0);
    }
    socket.flow();
    await receiver.drains.next('the drain');
    expect([connection.bufferedBytes, receiver.drains.size]).toEqual([0, 0]);
  });

  it('answers pings up to the mark only', async () => {
    const { socket, frames } = await open({ sendBufferBytes: 1_000 });
    socket.stall();
    for (let count = 0; count < 100; count++) socket.arrive(ping('x'.repeat(98)));
    await turns();
    socket.flow();
    await turns();
    expect(frames()).toHaveLength(10);
  });
});
