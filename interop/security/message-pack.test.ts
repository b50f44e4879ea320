import { JsonHubProtocol, MessageType } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { describe, expect, it } from 'vitest';
import type { HubSocket } from './testing/hub-socket.ts';
import { Victim } from './testing/victim.ts';

const pong = { kind: 'result', result: 'pong' };
const roomy = { maximumReceiveMessageBytes: 4_194_304, maximumFrameBytes: 8_388_608 } as const;
const open = (victim: Victim): Promise<HubSocket> => victim.client({ protocol: new MessagePackHubProtocol() });

/** Puts a payload behind its length as a varint. */
function framed(payload: Uint8Array): Uint8Array {
  const prefix: number[] = [];
  let rest = payload.length;
  for (; rest > 0x7f; rest >>>= 7) prefix.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Uint8Array.of(...prefix, rest), payload]);
}

/** The message `[1, {}, "1", "echo", [argument]]`. */
function echo(argument: Uint8Array): Uint8Array {
  const head = [0x95, 1, 0x80, 0xa1, 0x31, 0xa4, ...Buffer.from('echo'), 0x91];
  return framed(Buffer.concat([Uint8Array.from(head), argument]));
}

/** `levels` arrays around a zero. */
function nested(levels: number): Uint8Array {
  return Buffer.concat([Buffer.alloc(levels, 0x91), Uint8Array.of(0)]);
}

/** Sends a message that has to end its connection, within the time that reading it may take. */
async function expectDropped(victim: Victim, message: Uint8Array, what: string): Promise<void> {
  const client = await open(victim);
  client.sendFrame(message);
  const { error } = await client.closedWith(`the connection ends for ${what}`);
  expect([what, error]).toEqual([what, 'Connection closed with an error.']);
}

describe('deep nesting', () => {
  const depths = [64, 65, 5_000, 1_000_000];

  // The limit is 64 levels within an argument.
  it('CVE-2026-45591: nested MessagePack arrays end their own connection, and no stack overflows', async () => {
    await using victim = await Victim.start(roomy);
    const bystander = await victim.client();
    const client = await open(victim);
    client.sendFrame(echo(nested(depths[0] ?? 0)));
    expect(await client.outcomeOf('1', 'echo')).toMatchObject({ kind: 'result' });
    for (const depth of depths.slice(1)) await expectDropped(victim, echo(nested(depth)), `${depth} levels`);
    for (const depth of depths.slice(1)) {
      const maps = Buffer.concat([
        ...Array.from({ length: depth / 5 }, () => Uint8Array.of(0x81, 0xa1, 0x61)),
        nested(1),
      ]);
      if (depth > 320) await expectDropped(victim, echo(maps), `${depth / 5} maps`);
      // In a place where no value belongs, too.
      await expectDropped(victim, framed(Buffer.concat([Uint8Array.of(0x92, 6), nested(depth)])), `a ping of ${depth}`);
    }
    expect(victim.logger.events.every(({ fields }) => !(fields['error'] instanceof RangeError))).toBe(true);
    expect(await bystander.call('ping')).toEqual(pong);
  });

  it('JSON arrays and objects end their own connection', async () => {
    await using victim = await Victim.start(roomy);
    const bystander = await victim.client();
    const call = (value: string): string =>
      `{"type":1,"invocationId":"1","target":"broadcast","arguments":[${value}]}\u001E`;
    const inArrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    const inObjects = (depth: number): string => '{"a":'.repeat(depth) + '0' + '}'.repeat(depth);
    const client = await victim.client();
    client.sendFrame(call(inArrays(64)));
    expect(await client.outcomeOf('1', 'echo')).toMatchObject({ kind: 'void' });
    for (const value of [inArrays(65), inObjects(65), inArrays(20_000), inArrays(500_000), inObjects(500_000)]) {
      const attacker = await victim.client();
      attacker.sendFrame(call(value));
      expect((await attacker.closedWith('the connection ends')).error).toBe('Connection closed with an error.');
    }
    const told = bystander.messages.filter((message) => 'target' in message);
    expect(told).toHaveLength(1);
    expect(await bystander.call('ping')).toEqual(pong);
  });

  it.each([new JsonHubProtocol(), new MessagePackHubProtocol()])(
    'what a hub itself nests too deep is an error of that call, not of the clients ($name)',
    async (protocol) => {
      await using victim = await Victim.start({ expectsErrors: true });
      const bystander = await victim.client();
      const client = await victim.client({ protocol });
      expect(await client.call('deep', 20_000)).toMatchObject({ kind: 'error' });
      expect(await client.call('broadcastDeep', 20_000)).toBeDefined();
      expect(await client.call('circle')).toMatchObject({ kind: 'error' });
      expect(await client.call('ping')).toEqual(pong);
      expect(await bystander.call('ping')).toEqual(pong);
    },
  );
});

describe('what a MessagePack decoder may be made to build', () => {
  it('CVE-2023-52079: a recursive reference, and any extension but the timestamp, is refused', async () => {
    await using victim = await Victim.start();
    for (let type = 0; type < 256; type++) {
      if (type === 0xff) continue;
      await expectDropped(victim, echo(Uint8Array.of(0xd6, type, 0, 0, 0, 1)), `extension ${type.toString(16)}`);
    }
    // The loop itself: an object under a reference, then a pointer back to it.
    await expectDropped(
      victim,
      echo(Uint8Array.of(0xd6, 0x69, 0, 0, 0, 1, 0x81, 0xa1, 0x61, 0xd6, 0x70, 0, 0, 0, 1)),
      'a loop',
    );
    const client = await open(victim);
    client.sendFrame(echo(Uint8Array.of(0xd6, 0xff, 0, 0, 0, 1)));
    expect(await client.outcomeOf('1', 'echo')).toEqual({ kind: 'result', result: new Date(1_000) });
  });

  it('CVE-2026-21452, CVE-2026-32284, GHSA-qjvr-435c-5fjh: no declared length is believed', async () => {
    await using victim = await Victim.start();
    const before = process.resourceUsage().maxRSS;
    const large = [0x7f, 0xff, 0xff, 0xff];
    const heads: Readonly<Record<string, readonly number[]>> = {
      bin8: [0xc4, 0xff],
      bin16: [0xc5, 0xff, 0xff],
      bin32: [0xc6, ...large],
      ext8: [0xc7, 0xff, 0xff],
      ext16: [0xc8, 0xff, 0xff, 0xff],
      ext32: [0xc9, ...large, 0xff],
      fixext1: [0xd4, 0xff],
      fixext2: [0xd5, 0xff],
      fixext4: [0xd6, 0xff],
      fixext8: [0xd7, 0xff],
      fixext16: [0xd8, 0xff],
      fixstr: [0xbf],
      str8: [0xd9, 0xff],
      str16: [0xda, 0xff, 0xff],
      str32: [0xdb, ...large],
      fixarray: [0x9f],
      array16: [0xdc, 0xff, 0xff],
      array32: [0xdd, ...large],
      fixmap: [0x8f],
      map16: [0xde, 0xff, 0xff],
      map32: [0xdf, ...large],
      float32: [0xca],
      float64: [0xcb],
      uint64: [0xcf],
      int64: [0xd3],
      never: [0xc1],
      // Each of as many items as an array may be made for at once.
      nested: Array.from({ length: 8 }, () => [0xdd, 0x00, 0xff, 0xff, 0xff]).flat(),
    };
    for (const [name, head] of Object.entries(heads)) await expectDropped(victim, echo(Uint8Array.from(head)), name);
    const array = framed(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff));
    await expectDropped(victim, array, 'a message of four billion fields');
    // At its height, in kilobytes: what was taken may be given back by now.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(256 * 1_024);
  });

  it('a message that ends early is refused at every byte', async () => {
    await using victim = await Victim.start();
    const whole = new MessagePackHubProtocol().writeMessage({
      type: MessageType.Invocation,
      invocationId: '1',
      target: 'echo',
      arguments: [
        { text: 'ä'.repeat(40), bytes: new Uint8Array(300), at: new Date(1), list: [1.5, -1, 70_000, null, true] },
      ],
    });
    // At every one of its head and its end, that is; in between lie the bytes.
    for (let length = 1; length < whole.length; length += length < 60 || length > whole.length - 60 ? 1 : 37) {
      await expectDropped(victim, framed(whole.subarray(0, length)), `${length} bytes`);
    }
    // Behind the last value nothing is missed.
    for (const last of ['text', 70_000, 1.5, new Uint8Array(9), new Date(1)]) {
      const message = new MessagePackHubProtocol().writeMessage({
        type: MessageType.Invocation,
        invocationId: '1',
        target: 'echo',
        arguments: [last],
      });
      await expectDropped(victim, framed(message.subarray(0, -1)), `the last byte of ${String(last)}`);
    }
    const client = await open(victim);
    client.sendFrame(framed(whole));
    expect(await client.outcomeOf('1', 'echo')).toMatchObject({ kind: 'result' });
  });

  it('CVE-2020-5234, CVE-2026-48517: keys are data, and colliding ones cost no more than others', async () => {
    await using victim = await Victim.start(roomy);
    const client = await open(victim);
    const key = (value: number): Uint8Array => {
      const bytes = Buffer.alloc(10, 0);
      bytes[0] = 0xcf;
      bytes.writeBigUInt64BE(BigInt(value), 1);
      return bytes;
    };
    const map = (count: number, keyAt: (index: number) => number): Uint8Array => {
      const head = Buffer.from([0xdf, 0, 0, 0, 0]);
      head.writeUInt32BE(count, 1);
      return Buffer.concat([head, ...Array.from({ length: count }, (_, index) => key(keyAt(index)))]);
    };
    const time = async (message: Uint8Array): Promise<number> => {
      const before = client.messages.length;
      const start = performance.now();
      client.sendFrame(message);
      await client.until((found) => client.messages.indexOf(found) >= before, 'the map is echoed');
      return performance.now() - start;
    };
    const count = 40_000;
    const patterns = [
      (index: number) => index * 2 ** 20,
      (index: number) => index * 2 ** 32,
      (index: number) => index + 2 ** 52,
    ];
    await time(echo(map(count, (index) => index)));
    for (const keyAt of patterns) {
      // A table that degenerates takes minutes for as many.
      expect(await time(echo(map(count, keyAt)))).toBeLessThan(20_000);
    }
    const typed = Buffer.concat([
      Uint8Array.of(0x81, 0xa5),
      Buffer.from('$type'),
      Uint8Array.of(0xa4),
      Buffer.from('Date'),
    ]);
    const fresh = await open(victim);
    fresh.sendFrame(echo(typed));
    expect(await fresh.outcomeOf('1', 'echo')).toEqual({ kind: 'result', result: { $type: 'Date' } });
  });

  it('a megabyte of empty maps is refused before it becomes a hundred', async () => {
    await using victim = await Victim.start(roomy);
    const head = Buffer.from([0xdd, 0, 0x0f, 0x42, 0x40]);
    await expectDropped(victim, echo(Buffer.concat([head, Buffer.alloc(1_000_000, 0x80)])), 'a million maps');
  });
});
