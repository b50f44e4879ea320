import { describe, expect, it } from 'vitest';
import { connect, createHubConnection } from './index.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { rejectionOf } from './testing/rejection-of.ts';
import { ScriptedServer } from './testing/scripted-server.ts';
import { within } from './testing/within.ts';

interface Server {
  add(a: number, b: number): number;
}

interface Client {
  welcome(name: string): void;
}

describe('connect', () => {
  it('gives a started connection, whose handlers miss nothing', async () => {
    const server = new ScriptedServer();
    const names: string[] = [];
    const connecting = connect<Server, Client>(server.connect, {
      handlers: { welcome: (name) => void names.push(name) },
    });
    const peer = await server.peer();
    await peer.handshake();
    peer.accept({ type: 1, target: 'Welcome', arguments: ['Ada'] });
    const connection = await within(connecting, 'connect');
    expect(names).toEqual(['Ada']);
    const sum = connection.invoke.add(1, 2);
    peer.send({ type: 3, invocationId: '1', outcome: { kind: 'result', result: 3 } });
    expect(await within(sum, 'the sum')).toBe(3);
    await connection.stop();
  });

  it('rejects when the first attempt fails', async () => {
    const server = new ScriptedServer();
    server.refuseNext(new Error('down'));
    expect(await rejectionOf(connect(server.connect))).toMatchObject({ message: 'down' });
  });

  it('never gives a lost connection up unless told to', async () => {
    const clock = new ManualClock();
    const server = new ScriptedServer();
    const connecting = connect(server.connect, { clock });
    const peer = await server.accept();
    const connection = await within(connecting, 'connect');
    server.refuseNext(...Array.from({ length: 50 }, () => new Error('down')));
    peer.cut();
    while (server.attempts < 51) await clock.advance(30_000);
    expect(connection.state).toBe('Reconnecting');
    await connection.stop();
  });

  it('gives it up at once with reconnect: null', async () => {
    const server = new ScriptedServer();
    const connecting = connect(server.connect, { reconnect: null });
    const peer = await server.accept();
    const connection = await within(connecting, 'connect');
    const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
    peer.cut();
    expect(await within(closed, 'onclose')).toMatchObject({ code: 'TRANSPORT_FAILED' });
  });
});

describe('createHubConnection', () => {
  it('starts nothing', () => {
    const connection = createHubConnection('http://localhost/chat');
    expect(connection.state).toBe('Disconnected');
    expect(connection.baseUrl).toBe('http://localhost/chat');
  });

  it('refuses options that are not valid', () => {
    expect(() => createHubConnection('/x', { serverTimeoutMs: 0 })).toThrow('serverTimeoutMs');
  });
});
