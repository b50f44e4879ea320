import { JsonHubProtocol, MessageType } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { describe, expect, it } from 'vitest';
import { within } from '../src/within.ts';
import type { HubSocket } from './testing/hub-socket.ts';
import { clientFrame, upgradeRequest } from './testing/raw-socket.ts';
import { TargetHub } from './testing/target-hub.ts';
import { Victim } from './testing/victim.ts';

const limit = 32_768;
const pong = { kind: 'result', result: 'pong' };
const protocols = [new JsonHubProtocol(), new MessagePackHubProtocol()] as const;

/** What refused the last message, as the log has it. */
function refusalOf(victim: Victim): unknown {
  const refused = victim.logger.events.findLast(
    ({ event }) => event === 'messageRefused' || event === 'handshakeRefused',
  );
  const error = refused?.fields['error'];
  return error instanceof Error && 'code' in error ? error.code : error;
}

async function expectDrop(client: HubSocket, victim: Victim, code: string): Promise<void> {
  const { error } = await client.closedWith('the connection ends');
  expect([error, refusalOf(victim)]).toEqual(['Connection closed with an error.', code]);
}

describe('oversized or endless messages', () => {
  it.each(protocols)(
    'takes a message of exactly the limit, and ends the connection one byte above ($name)',
    async (protocol) => {
      await using victim = await Victim.start();
      const message = (text: string) =>
        ({ type: MessageType.Invocation, invocationId: '1', target: 'echo', arguments: [text] }) as const;
      // As long a text as in the message itself, so that its own length prefix is counted right.
      const room = limit - (protocol.writeMessage(message('x'.repeat(30_000))).length - 30_000);
      const client = await victim.client({ protocol });
      client.send(message('x'.repeat(room)));
      expect(await client.outcomeOf('1', 'echo')).toMatchObject({ kind: 'result' });
      client.send(message('x'.repeat(room + 1)));
      await expectDrop(client, victim, 'PROTOCOL_MESSAGE_TOO_LARGE');
    },
  );

  it('ends a record without end at the limit, however it is cut up', async () => {
    await using victim = await Victim.start();
    for (const bytes of [1_000, 33_000]) {
      const client = await victim.client();
      const piece = 'x'.repeat(bytes);
      while (client.isOpen && client.socket.bufferedAmount < 1_000_000) client.sendFrame(piece);
      await expectDrop(client, victim, 'PROTOCOL_MESSAGE_TOO_LARGE');
    }
  });

  it('ends a handshake without end', async () => {
    await using victim = await Victim.start();
    const client = await victim.client({ shakesHands: false });
    for (let count = 0; count < 40; count++) client.sendFrame('x'.repeat(1_000));
    await client.closedWith('the connection ends');
    expect(refusalOf(victim)).toMatch(/handshake/u);
    await victim.whenConnected(0);
  });

  it.each([
    ['without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'PROTOCOL_INVALID_MESSAGE'],
    ['of 2^35 - 1', [0xff, 0xff, 0xff, 0xff, 0x7f], 'PROTOCOL_INVALID_MESSAGE'],
    ['of 2 GiB - 1', [0xff, 0xff, 0xff, 0xff, 0x07], 'PROTOCOL_MESSAGE_TOO_LARGE'],
    ['one above the limit', [0x81, 0x80, 0x02], 'PROTOCOL_MESSAGE_TOO_LARGE'],
  ])('ends a length prefix %s before anything of it came', async (_name, prefix, code) => {
    await using victim = await Victim.start();
    const client = await victim.client({ protocol: new MessagePackHubProtocol() });
    client.sendFrame(Uint8Array.from(prefix));
    await expectDrop(client, victim, code);
  });

  it.each(['ws', 'direct'] as const)(
    'ends a WebSocket message above maximumFrameBytes, with the engine %s',
    async (webSocketEngine) => {
      await using victim = await Victim.start({ webSocketEngine, maximumFrameBytes: 100_000 });
      const client = await victim.client();
      client.sendFrame('x'.repeat(100_001));
      expect((await client.closedWith('the connection ends')).code).toBe(1009);
    },
  );

  it('refuses a body above maximumFrameBytes: one that says so before it comes, and one that never does', async () => {
    await using victim = await Victim.start({ maximumFrameBytes: 100_000 });
    const path = await victim.poll();
    const declared = await victim.raw();
    await declared.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n`);
    await declared.until(' 413 ', 'it is refused by its length alone');
    const headers = { 'Transfer-Encoding': 'chunked' };
    const chunked = await victim.request(path, { method: 'POST', headers, body: 'x'.repeat(100_001) });
    expect(chunked.status).toBe(413);
  });
});

describe('method-name exposure', () => {
  const names = [
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'toLocaleString',
    'valueOf',
    'hasOwnProperty',
    'isPrototypeOf',
    'propertyIsEnumerable',
    '__defineGetter__',
    '__defineSetter__',
    '__lookupGetter__',
    'then',
    'catch',
    'call',
    'apply',
    'onConnected',
    'onDisconnected',
    'OnConnected',
    'context',
    'clients',
    'groups',
    'dispose',
    'notExposed',
    'NOTEXPOSED',
    'secret',
    '#secret',
    'intrusions',
    'echo.call',
    'echo.constructor',
    'TargetHub.echo',
    'hub/echo',
    'echo()',
    ' echo',
    'echo\u0000',
    '0',
    'undefined',
    'null',
  ];

  it('answers every name that no method was given with an unknown method', async () => {
    await using victim = await Victim.start();
    for (const protocol of protocols) {
      const client = await victim.client({ protocol });
      for (const name of names) {
        const outcome = await client.call(name);
        const error = `Unknown hub method '${name}'`;
        expect([name, outcome]).toEqual([name, { kind: 'error', error }]);
        client.send({ type: MessageType.StreamInvocation, invocationId: `s-${name}`, target: name, arguments: [] });
        expect(await client.outcomeOf(`s-${name}`, name)).toMatchObject({ kind: 'error' });
      }
      expect(await client.call('ping')).toEqual(pong);
    }
    expect(TargetHub.intrusions).toEqual([]);
  });

  it('does the same for JSON-RPC clients', async () => {
    await using victim = await Victim.start({ jsonRpc: true });
    const client = await victim.client({ shakesHands: false });
    const answers: string[] = [];
    const answered = new Promise<void>((resolve) =>
      client.socket.on('message', (data: Buffer) => {
        answers.push(data.toString());
        if (answers.length === names.length) resolve();
      }),
    );
    for (const method of names) client.sendFrame(JSON.stringify({ jsonrpc: '2.0', id: 1, method }));
    await within(answered, 'every call is answered');
    expect(answers.filter((answer) => !answer.includes('-32601'))).toEqual([]);
  });
});

describe('prototype pollution through arguments', () => {
  const hostile = [
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":{"__proto__":{"polluted":1},"b":[{"__proto__":null}]}}',
    '{"toString":1,"valueOf":2,"hasOwnProperty":3,"toJSON":4,"then":5}',
    '{"length":4294967295}',
  ];

  /** Calls a method with `{"__proto__": {"polluted": 1}}` in MessagePack, which no encoder writes. */
  async function callWithProto(client: HubSocket, target: string): Promise<unknown> {
    const text = (value: string): readonly number[] => [0xa0 | value.length, ...Buffer.from(value)];
    const argument = [0x81, ...text('__proto__'), 0x81, ...text('polluted'), 1];
    const body = [0x95, 1, 0x80, ...text(target), ...text(target), 0x91, ...argument];
    client.sendFrame(Uint8Array.of(body.length, ...body));
    return client.outcomeOf(target, target);
  }

  it('leaves every prototype alone, and drops what would change the prototype of a copy', async () => {
    await using victim = await Victim.start();
    const client = await victim.client();
    for (const [index, argument] of hostile.entries()) {
      client.sendFrame(`{"type":1,"invocationId":"${index}","target":"echo","arguments":[${argument}]}\u001E`);
      const outcome = await client.outcomeOf(String(index), argument);
      expect([argument, outcome]).toEqual([argument, expect.objectContaining({ kind: 'result' })]);
      const echoed = outcome.kind === 'result' ? JSON.stringify(outcome.result) : '';
      expect(echoed).not.toContain('__proto__');
    }
    client.sendFrame('{"__proto__":{"type":1},"type":6,"headers":{"__proto__":"x"}}\u001E');
    const packed = await victim.client({ protocol: new MessagePackHubProtocol() });
    expect(await callWithProto(packed, 'echo')).toEqual({ kind: 'result', result: {} });
    // What comes back would look the same with the prototype set.
    expect(await callWithProto(packed, 'inherits')).toEqual({ kind: 'result', result: false });
    expect('polluted' in {}).toBe(false);
    expect(await client.call('ping')).toEqual(pong);
  });

  it('takes ids and stream ids for no more than names', async () => {
    await using victim = await Victim.start();
    const client = await victim.client();
    for (const id of ['__proto__', 'constructor', 'toString']) {
      client.send(
        { type: MessageType.StreamItem, invocationId: id, item: 'for nobody' },
        { type: MessageType.Completion, invocationId: id, outcome: { kind: 'void' } },
        { type: MessageType.CancelInvocation, invocationId: id },
      );
      client.send({
        type: MessageType.Invocation,
        invocationId: id,
        target: 'collect',
        arguments: [],
        streamIds: [id],
      });
      client.send({ type: MessageType.StreamItem, invocationId: id, item: 1 });
      client.send({ type: MessageType.Completion, invocationId: id, outcome: { kind: 'void' } });
      expect(await client.outcomeOf(id, id)).toEqual({ kind: 'result', result: 1 });
    }
  });
});

describe('error detail leaking', () => {
  it('shows callers no text that was not meant for them', async () => {
    await using victim = await Victim.start({ expectsErrors: true });
    const client = await victim.client();
    expect(await client.call('leak')).toEqual({
      kind: 'error',
      error: "An unexpected error occurred invoking 'leak' on the server.",
    });
    expect(await client.call('refuse')).toMatchObject({
      kind: 'error',
      error: expect.stringContaining('not today') as string,
    });
    expect(await client.call('echo', 1, 2, 3)).toMatchObject({ kind: 'error' });
    client.sendFrame('{"type":1,"target":5}\u001E');
    const { error } = await client.closedWith('the connection ends');
    expect(error).toBe('Connection closed with an error.');
    expect(JSON.stringify(client.messages)).not.toMatch(/hunter2|at .*\.ts|node_modules/u);
  });

  it('refuses a handshake without a word on what is wrong with it', async () => {
    await using victim = await Victim.start();
    const socket = await victim.raw();
    await socket.ask(upgradeRequest('/hub'), 'the upgrade is answered');
    await socket.write(clientFrame(1, Buffer.from('{"protocol":{"hunter2":1},"version":1}\u001E')));
    const answer = await socket.until('\u001E', 'the handshake is answered');
    expect(answer).toContain('{"error":"An unexpected error occurred during connection handshake."}');
  });

  it('shows them where an application asks for it, which shows that they were there to leak', async () => {
    await using victim = await Victim.start({ expectsErrors: true, enableDetailedErrors: true });
    const client = await victim.client();
    expect(JSON.stringify(await client.call('leak'))).toContain('hunter2');
  });

  it('answers a request that fails in the application with nothing of the failure', async () => {
    const isSameUser = (): never => {
      throw new Error('hunter2');
    };
    await using victim = await Victim.start({ expectsErrors: true, isSameUser });
    const { status, body } = await victim.request(await victim.negotiate());
    expect([status, body]).toEqual([500, 'The request failed on the server']);
  });
});
