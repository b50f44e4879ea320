import { describe, expect, it } from 'vitest';
import type { Payload } from '@hubwire/hub-protocol';
import { MessageWriter } from './message-writer.ts';

function recordingSink() {
  const frames: Payload[] = [];
  return { frames, send: (frame: Payload) => frames.push(frame) > 0 };
}

const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));
const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('MessageWriter', () => {
  it('sends what one turn wrote as one frame, in order', async () => {
    const sink = recordingSink();
    const writer = new MessageWriter(sink, 'Text');
    for (const payload of ['{"a":1}', '{"b":2}', '{"c":3}']) writer.write(payload);
    expect(sink.frames).toEqual([]);
    await endOfTurn();
    expect(sink.frames).toEqual(['{"a":1}\u001e{"b":2}\u001e{"c":3}\u001e']);
  });

  it('starts a new frame with the next turn', async () => {
    const sink = recordingSink();
    const writer = new MessageWriter(sink, 'Binary');
    writer.write(Uint8Array.of(0x91, 6));
    await endOfTurn();
    writer.write(Uint8Array.of(0x91, 6));
    await endOfTurn();
    expect(sink.frames).toEqual([Uint8Array.of(2, 0x91, 6), Uint8Array.of(2, 0x91, 6)]);
  });

  it('sends at once when flushed, and nothing twice', async () => {
    const sink = recordingSink();
    const writer = new MessageWriter(sink, 'Text');
    writer.write('{}');
    writer.flush();
    expect(sink.frames).toEqual(['{}\u001e']);
    writer.flush();
    await endOfTurn();
    expect(sink.frames).toHaveLength(1);
  });

  it('refuses what the other transfer format would write, before anything is sent', async () => {
    const sink = recordingSink();
    const writer = new MessageWriter(sink, 'Text');
    expect(() => writer.write(Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'PROTOCOL_CANNOT_WRITE' }));
    writer.write('{}');
    await endOfTurn();
    expect(sink.frames).toEqual(['{}\u001e']);
  });

  it('keeps writing for the others when one sink is written to while all are flushed', async () => {
    const second = recordingSink();
    const late = new MessageWriter(second, 'Text');
    const first = new MessageWriter({ send: () => (late.write('"late"'), true) }, 'Text');
    first.write('"early"');
    await endOfTurn();
    await endOfTurn();
    expect(second.frames).toEqual(['"late"\u001e']);
  });

  it('waits for the promises of the turn, and makes one frame of what they lead to', async () => {
    const sink = recordingSink();
    const writer = new MessageWriter(sink, 'Text');
    for (let answer = 0; answer < 20; answer += 1) {
      await Promise.resolve();
      writer.write(String(answer));
    }
    await endOfTurn();
    expect(sink.frames).toHaveLength(1);
  });

  it('does not keep the first connection of a turn waiting for others that are to come', async () => {
    const [lone, next] = [recordingSink(), recordingSink()];
    new MessageWriter(lone, 'Text').write('"lone"');
    await nextTick();
    expect(lone.frames).toEqual(['"lone"\u001e']);
    const writer = new MessageWriter(next, 'Text');
    writer.write('1');
    await nextTick();
    writer.write('2');
    expect(next.frames).toEqual([]);
    await endOfTurn();
    expect(next.frames).toEqual(['1\u001e2\u001e']);
  });

  it('lets all leave together when one callback writes to several', async () => {
    const sinks = [recordingSink(), recordingSink()];
    const writers = sinks.map((sink) => new MessageWriter(sink, 'Text'));
    for (const writer of writers) writer.write('1');
    await nextTick();
    for (const writer of writers) writer.write('2');
    await endOfTurn();
    expect(sinks.map(({ frames }) => frames)).toEqual([['1\u001e2\u001e'], ['1\u001e2\u001e']]);
  });

  it('gives all connections that are told the same the same frame, and others their own', async () => {
    const sinks = Array.from({ length: 3 }, recordingSink);
    const writers = sinks.map((sink) => new MessageWriter(sink, 'Binary'));
    for (const payload of [Uint8Array.of(1), Uint8Array.of(2)])
      for (const writer of writers) writer.write(payload, true);
    writers[1]?.write(Uint8Array.of(3));
    await endOfTurn();
    expect(sinks[0]?.frames).toEqual([Uint8Array.of(1, 1, 1, 2)]);
    expect(sinks[1]?.frames).toEqual([Uint8Array.of(1, 1, 1, 2, 1, 3)]);
    expect(sinks[2]?.frames).toEqual(sinks[0]?.frames);
    const news = Uint8Array.of(9);
    writers[0]?.write(news, true);
    writers[2]?.write(news, true);
    await endOfTurn();
    expect(sinks[0]?.frames[1]).toBe(sinks[2]?.frames[1]);
  });
});
