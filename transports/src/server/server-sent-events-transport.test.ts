import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenRequest, TestServer, turns } from '../testing/test-server.ts';
import { formatEvent } from './server-sent-events-transport.ts';

const accept = { Accept: 'text/event-stream' };

async function open(host: TestServer) {
  const { connectionToken } = await host.negotiate();
  const path = `/hub?id=${connectionToken}`;
  const stream = new OpenRequest(host.port, path, { headers: accept });
  const connection = await host.connections.next('the connection opens');
  const head = await stream.answered.next('the stream is answered');
  expect(await stream.chunks.next('the first bytes')).toBe(':\r\n');
  return { path, stream, head, connection, receiver: host.receiverOf(connection) };
}

describe('ServerSentEventsTransport', () => {
  it('answers at once, with headers that keep everyone between from holding events back', async () => {
    await using host = await TestServer.start();
    const { head, connection } = await open(host);
    expect(head.status).toBe(200);
    expect(head.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-store, no-transform',
      'content-encoding': 'identity',
      'x-accel-buffering': 'no',
    });
    expect(connection).toMatchObject({
      transport: 'ServerSentEvents',
      transferFormats: ['Text'],
      hasInherentKeepAlive: false,
      isBare: false,
      request: { method: 'GET', url: '/hub', headers: { accept: 'text/event-stream' } },
    });
  });

  it('sends each frame as one event and takes the frames of the client by POST', async () => {
    await using host = await TestServer.start();
    const { path, stream, connection, receiver } = await open(host);
    connection.send('{"a":1}\u001e');
    expect(await stream.chunks.next('the event')).toBe('data: {"a":1}\u001e\r\n\r\n');
    const answer = await host.request(path, { method: 'POST', body: 'grüße' });
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(await receiver.frames.next('the frame')).toBe('grüße');
  });

  it('needs a negotiated connection and an id', async () => {
    await using host = await TestServer.start();
    expect((await host.request('/hub', { headers: accept })).status).toBe(400);
    expect((await host.request('/hub?id=unknown', { headers: accept })).status).toBe(404);
    expect(host.endpoint.connections).toBe(0);
  });

  it('refuses a second stream with 409 and another transport with 400, leaving the first alone', async () => {
    await using host = await TestServer.start();
    const { path, stream, connection } = await open(host);
    expect((await host.request(path, { headers: accept })).status).toBe(409);
    expect((await host.request(path)).status).toBe(400);
    expect((await host.request(path, { method: 'DELETE' })).status).toBe(400);
    connection.send('still here');
    expect(await stream.chunks.next('the event')).toContain('still here');
  });

  it('refuses streams where they are not offered', async () => {
    await using host = await TestServer.start({ transports: ['WebSockets'] });
    const { connectionToken } = await host.negotiate();
    expect((await host.request(`/hub?id=${connectionToken}`, { headers: accept })).status).toBe(404);
  });

  it('takes the end of the stream as the end of the connection', async () => {
    await using host = await TestServer.start();
    const { path, stream, receiver } = await open(host);
    stream.abort();
    expect(await receiver.closes.next('the end')).toEqual({ kind: 'remote' });
    expect([host.endpoint.connections, host.clock.timers]).toEqual([0, 0]);
    expect((await host.request(path, { method: 'POST', body: 'x' })).status).toBe(404);
  });

  it('sends what is queued before it closes', async () => {
    await using host = await TestServer.start();
    const { path, stream, connection, receiver } = await open(host);
    connection.send('bye');
    connection.close();
    expect((await host.request(path, { method: 'POST', body: 'x' })).status).toBe(404);
    expect(await stream.chunks.next('the last event')).toBe('data: bye\r\n\r\n');
    expect(await stream.ended.next('the end of the stream')).toBe('complete');
    expect(await receiver.closes.next('the end')).toEqual({ kind: 'local' });
    expect(host.endpoint.connections).toBe(0);
  });

  it('says when its buffer fills and when it is empty again, and ends a client that stops reading', async () => {
    await using host = await TestServer.start({ sendBufferBytes: 1_000, sendTimeoutMs: 10_000 });
    const { stream, connection, receiver } = await open(host);
    stream.pause();
    const fill = () => {
      let count = 0;
      while (connection.send('x'.repeat(1_000_000))) if (++count > 100) throw new Error('The buffer never filled.');
    };
    fill();
    stream.resume();
    await receiver.drains.next('the drain');
    expect(connection.bufferedBytes).toBe(0);
    stream.pause();
    for (let count = 0; count < 20; count++) fill();
    await turns();
    host.clock.advance(0);
    host.clock.advance(9_999);
    expect(host.endpoint.connections).toBe(1);
    host.clock.advance(10_000);
    expect(await receiver.closes.next('the end')).toMatchObject({ error: { code: 'TRANSPORT_SEND_TIMEOUT' } });
    stream.resume();
    expect(await stream.ended.next('the end of the stream')).toBe('broken');
    expect(host.endpoint.connections).toBe(0);
  });

  it('never starts for a client that left while its user was looked up', async () => {
    let settle = () => {};
    await using host = await TestServer.start({
      authenticate: (request) =>
        request.method === 'GET' ? new Promise((resolve) => (settle = () => resolve(null))) : null,
    });
    const { connectionToken } = await host.negotiate();
    await host.requests.next('negotiate');
    const stream = new OpenRequest(host.port, `/hub?id=${connectionToken}`, { headers: accept });
    await host.requests.next('the stream is asked for');
    stream.abort();
    await stream.ended.next('the client is gone');
    await turns(10);
    settle();
    await turns();
    expect(host.connections.size).toBe(0);
    host.clock.advance(15_000);
    expect(host.endpoint.connections).toBe(0);
  });
});

describe('formatEvent', () => {
  /** The receiving side as the HTML Standard has it, for one event. */
  const parse = (event: string) => {
    expect(event.endsWith('\r\n\r\n')).toBe(true);
    const lines = event.slice(0, -4).split(/\r\n|\r|\n/u);
    return lines.map((line) => line.replace(/^data: /u, '')).join('\n');
  };

  it('splits lines, however they end', () => {
    expect(formatEvent('a\nb\r\nc\rd')).toBe('data: a\r\ndata: b\r\ndata: c\r\ndata: d\r\n\r\n');
    expect(formatEvent('')).toBe('data: \r\n\r\n');
    expect(formatEvent(new TextEncoder().encode('é'))).toBe('data: é\r\n\r\n');
  });

  it('arrives as it left, line ends aside', () => {
    const text = fc
      .array(fc.oneof(fc.string(), fc.constantFrom('\r', '\n', '\r\n', 'data: ')))
      .map((all) => all.join(''));
    fc.assert(fc.property(text, (frame) => parse(formatEvent(frame)) === frame.replace(/\r\n?/gu, '\n')));
  });
});
