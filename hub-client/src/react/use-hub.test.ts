import { createElement, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createHubConnection } from '../index.ts';
import { settled } from '../testing/manual-clock.ts';
import { open } from '../testing/open.ts';
import { within } from '../testing/within.ts';
import { createHubContext, useHub, useHubEvent, useHubState } from './index.ts';
import { emptyElement, eventually, render } from './testing/render.ts';

describe('useHub', () => {
  it('starts the connection once and stops it when the component is unmounted', async () => {
    const { connection, server } = open();
    const mounted = await render(createRoot(emptyElement()), () => void useHub(() => connection));
    const peer = await server.accept();
    await settled();
    expect(connection.state).toBe('Connected');
    await mounted.again();
    await mounted.unmount();
    await expect(peer.closed()).resolves.toMatchObject({ kind: 'remote' });
    expect(connection.state).toBe('Disconnected');
    expect(server.attempts).toBe(1);
  });

  it('starts after the components have added their handlers', async () => {
    const { connection, server } = open();
    const received: unknown[] = [];
    const mounted = await render(createRoot(emptyElement()), () => {
      const hub = useHub(() => connection);
      useHubEvent(hub, 'messageReceived', (text) => received.push(text));
    });
    const peer = await server.peer();
    await peer.handshake();
    peer.accept({ type: 1, target: 'messageReceived', arguments: ['at once'] });
    await settled();
    expect(received).toEqual(['at once']);
    await mounted.unmount();
  });

  it('replaces the connection when a dependency changes', async () => {
    const rooms = { one: open(), two: open() };
    let room: 'one' | 'two' = 'one';
    const mounted = await render(createRoot(emptyElement()), () => void useHub(() => rooms[room].connection, [room]));
    const first = await rooms.one.server.accept();
    await settled();
    room = 'two';
    await mounted.again();
    await within(first.closed(), 'the end of the first connection');
    await rooms.two.server.accept();
    await settled();
    expect(rooms.one.connection.state).toBe('Disconnected');
    expect(rooms.two.connection.state).toBe('Connected');
    await mounted.unmount();
  });

  it('shows why a start failed, and lets it be tried again', async () => {
    const { connection, server } = open();
    server.refuseNext(new Error('nobody there'));
    const seen: string[] = [];
    const mounted = await render(createRoot(emptyElement()), () => {
      const status = useHubState(useHub(() => connection));
      seen.push(`${status.name} ${'error' in status ? (status.error?.message ?? '') : ''}`.trim());
    });
    expect(seen.at(-1)).toBe('disconnected nobody there');
    await eventually(async () => {
      const started = connection.start();
      await server.accept();
      await within(started, 'start');
    });
    expect(seen.at(-1)).toBe('connected');
    await mounted.unmount();
  });

  it('gives up an attempt that is under way when the component is unmounted', async () => {
    const { connection, server } = open();
    const mounted = await render(createRoot(emptyElement()), () => void useHub(() => connection));
    const peer = await server.peer();
    await mounted.unmount();
    await within(peer.closed(), 'the end of the attempt');
    expect(connection.state).toBe('Disconnected');
  });

  it('waits for the end of a connection before it starts it again', async () => {
    const { connection, server } = open();
    const before = await render(createRoot(emptyElement()), () => void useHub(() => connection));
    await server.accept();
    await settled();
    // Neither waits for the other, as with a component that moves to another place.
    await Promise.all([before.unmount(), render(createRoot(emptyElement()), () => void useHub(() => connection))]);
    await server.accept();
    await settled();
    expect(connection.state).toBe('Connected');
    expect(server.attempts).toBe(2);
    await connection.stop();
  });
});

describe('createHubContext', () => {
  const [ChatProvider, useChat] = createHubContext();

  it('hands the connection down', () => {
    const { connection } = open();
    const Below = (): ReactNode => `${useChat() === connection}`;
    expect(renderToString(createElement(ChatProvider, { connection }, createElement(Below)))).toBe('true');
  });

  it('says what is missing outside of the provider', () => {
    const Outside = (): ReactNode => useChat().state;
    expect(() => renderToString(createElement(Outside))).toThrow('no HubProvider');
  });
});

describe('on a server', () => {
  it('renders a connection that is not there, and makes none', async () => {
    const asked: string[] = [];
    const fetch = async (url: unknown): Promise<Response> => {
      asked.push(String(url));
      throw new Error('There is no network.');
    };
    const App = (): ReactNode => {
      const hub = useHub(() => createHubConnection('/chat', { fetch }));
      useHubEvent(hub, 'messageReceived', () => {});
      return useHubState(hub).name;
    };
    expect(renderToString(createElement(App))).toBe('disconnected');
    await settled();
    expect(asked).toEqual([]);
  });
});
