import { describe, expect, it } from 'vitest';
import type { Payload } from '../hub-protocol.ts';
import { MessageWriter } from './message-writer.ts';

function recordingSink() {
  const frames: Payload[] = [];
  return { frames, send: (frame: Payload) => frames.push(frame) > 0 };
}

const endOfTurn = () => Promise.resolve();

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
});
