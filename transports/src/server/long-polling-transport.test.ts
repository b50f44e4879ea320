import { describe, expect, it } from 'vitest';
import { TransportError } from '../errors.ts';
import { OpenRequest, TestServer, turns, within, type TestServerOptions } from '../testing/test-server.ts';

async function open(host: TestServer, query = 'negotiateVersion=1') {
  const { connectionToken } = await host.negotiate(query);
  const path = `/hub?id=${connectionToken}`;
  const first = await host.request(`${path}&_=123`);
  const connection = await host.connections.next('the connection opens');
  return { path, first, connection, receiver: host.receiverOf(connection) };
}

/** A poll that the server has, and is not answering. */
async function waitingPoll(host: TestServer, path: string): Promise<OpenRequest> {
  while (host.requests.size > 0) await host.requests.next('earlier requests');
  const poll = new OpenRequest(host.port, path);
  await host.requests.next('the poll arrives');
  await turns();
  expect(poll.answered.size).toBe(0);
  return poll;
}

const answerOf = async (poll: OpenRequest) => (await poll.answered.next('the poll is answered')).status;

describe('LongPollingTransport', () => {
  it('answers the first poll at once, empty and not to be cached', async () => {
    await using host = await TestServer.start();
    const { first, connection } = await open(host);
    expect([first.status, first.body]).toEqual([200, '']);
    expect(first.headers).toMatchObject({
      'cache-control': 'no-cache, no-store',
      pragma: 'no-cache',
      expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
      'content-length': '0',
    });
    expect(connection).toMatchObject({
      transport: 'LongPolling',
      transferFormats: ['Text', 'Binary'],
      hasInherentKeepAlive: true,
    });
  });

  it('gives what was sent between polls to the next one, joined', async () => {
    await using host = await TestServer.start();
    const { path, connection } = await open(host);
    connection.send('één');
    connection.send(Buffer.from('two'));
    const { status, headers, body } = await host.request(path);
    expect([status, body]).toEqual([200, 'ééntwo']);
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(connection.bufferedBytes).toBe(0);
  });

  it('gives what is sent in one turn to the waiting poll, and keeps the rest for the next', async () => {
    await using host = await TestServer.start();
    const { path, connection } = await open(host);
    const poll = await waitingPoll(host, path);
    connection.send('a');
    connection.send('b');
    expect(await answerOf(poll)).toBe(200);
    expect(await poll.chunks.next('the frames')).toBe('ab');
    connection.send('c');
    expect((await host.request(path)).body).toBe('c');
  });

  it('keeps frames sent from within onConnection for the second poll', async () => {
    await using host = await TestServer.start({
      onConnection: (connection) => {
        connection.start(host.receiverOf(connection));
        connection.send('hello');
      },
    });
    const { path, first } = await open(host);
    expect(first.body).toBe('');
    expect((await host.request(path)).body).toBe('hello');
  });

  it('answers an idle poll with nothing after longPollingTimeoutMs', async () => {
    await using host = await TestServer.start({ longPollingTimeoutMs: 90_000 });
    const { path } = await open(host);
    const poll = await waitingPoll(host, path);
    host.clock.advance(89_999);
    await turns();
    expect(poll.answered.size).toBe(0);
    host.clock.advance(1);
    expect(await answerOf(poll)).toBe(200);
    expect(host.endpoint.connections).toBe(1);
  });

  it('ends the older poll with 204 when a newer one comes, and loses nothing', async () => {
    await using host = await TestServer.start();
    const { path, connection } = await open(host);
    const older = await waitingPoll(host, path);
    const newer = await waitingPoll(host, path);
    expect(await answerOf(older)).toBe(204);
    connection.send('x');
    expect(await answerOf(newer)).toBe(200);
    expect(await newer.chunks.next('the frame')).toBe('x');
  });

  it('keeps a connection whose poll was aborted until disconnectTimeoutMs', async () => {
    await using host = await TestServer.start({ disconnectTimeoutMs: 15_000 });
    const { path, connection, receiver } = await open(host);
    const poll = await waitingPoll(host, path);
    poll.abort();
    await poll.ended.next('the poll is gone');
    await turns(10);
    host.clock.advance(14_999);
    connection.send('kept');
    expect((await host.request(path)).body).toBe('kept');
    host.clock.advance(14_999);
    host.clock.advance(15_000);
    expect(await receiver.closes.next('the end')).toMatchObject({
      kind: 'failed',
      error: { code: 'TRANSPORT_DISCONNECTED' },
    });
    expect([host.endpoint.connections, host.clock.timers]).toEqual([0, 0]);
    expect((await host.request(path)).status).toBe(404);
  });

  it('gives an answer that could not be written to the next poll', async () => {
    await using host = await TestServer.start();
    const { path, connection } = await open(host);
    const large = 'x'.repeat(20_000_000);
    connection.send(large);
    const broken = new OpenRequest(host.port, path);
    await broken.answered.next('the answer begins');
    broken.pause();
    connection.send('later');
    const { body } = await host.request(path);
    expect(body.length).toBe(large.length + 'later'.length);
    expect(body.endsWith('xlater')).toBe(true);
    broken.resume();
    expect(await broken.ended.next('the first answer breaks')).toBe('broken');
  });

  it('ends a client that stops reading its answer', async () => {
    await using host = await TestServer.start({ sendTimeoutMs: 10_000, sendBufferBytes: 1_000 });
    const { path, connection, receiver } = await open(host);
    expect(connection.send('x'.repeat(20_000_000))).toBe(false);
    expect(connection.bufferedBytes).toBe(20_000_000);
    const poll = new OpenRequest(host.port, path);
    await poll.answered.next('the answer begins');
    poll.pause();
    await turns();
    host.clock.advance(0);
    host.clock.advance(10_000);
    host.clock.advance(10_000);
    expect(await receiver.closes.next('the end')).toMatchObject({ error: { code: 'TRANSPORT_SEND_TIMEOUT' } });
    expect(host.endpoint.connections).toBe(0);
  });

  it('says when its buffer is empty again', async () => {
    await using host = await TestServer.start({ sendBufferBytes: 10 });
    const { path, connection, receiver } = await open(host);
    expect(connection.send('123456789')).toBe(true);
    expect(connection.send('0')).toBe(false);
    await host.request(path);
    await receiver.drains.next('the drain');
    expect(connection.bufferedBytes).toBe(0);
  });

  it('gives the rest to the next poll and 204 to the one after when the server closes between polls', async () => {
    await using host = await TestServer.start();
    const { path, connection, receiver } = await open(host);
    connection.send('bye');
    connection.close();
    expect((await host.request(path)).body).toBe('bye');
    expect(receiver.closes.size).toBe(0);
    const last = await host.request(path);
    expect([last.status, last.body]).toEqual([204, '']);
    expect(await receiver.closes.next('the end')).toEqual({ kind: 'local' });
    expect((await host.request(path)).status).toBe(404);
    expect(host.endpoint.connections).toBe(0);
  });

  it('answers the waiting poll when the server closes: 204, or 200 with the rest first', async () => {
    await using host = await TestServer.start();
    const idle = await open(host);
    const idlePoll = await waitingPoll(host, idle.path);
    idle.connection.close();
    expect(await answerOf(idlePoll)).toBe(204);
    const busy = await open(host);
    const busyPoll = await waitingPoll(host, busy.path);
    busy.connection.send('bye');
    busy.connection.close();
    expect(await answerOf(busyPoll)).toBe(200);
    expect((await host.request(busy.path)).status).toBe(204);
    expect(host.endpoint.connections).toBe(0);
  });

  it('does not wait for ever for a client that closes slowly', async () => {
    await using host = await TestServer.start({ disconnectTimeoutMs: 15_000 });
    const { connection, receiver } = await open(host);
    connection.send('never fetched');
    connection.close();
    host.clock.advance(15_000);
    expect(await receiver.closes.next('the end')).toEqual({ kind: 'local' });
    expect(host.endpoint.connections).toBe(0);
  });

  it('ends the waiting poll with 204 on abort', async () => {
    await using host = await TestServer.start();
    const { path, connection, receiver } = await open(host);
    const poll = await waitingPoll(host, path);
    const error = new TransportError('TRANSPORT_ABORTED');
    connection.abort(error);
    expect(await answerOf(poll)).toBe(204);
    expect(await receiver.closes.next('the end')).toEqual({ kind: 'failed', error });
  });

  it('ends by DELETE, however often it is said', async () => {
    await using host = await TestServer.start();
    const { path, receiver } = await open(host);
    const poll = await waitingPoll(host, path);
    expect((await host.request(path, { method: 'DELETE' })).status).toBe(202);
    expect(await answerOf(poll)).toBe(204);
    expect(await receiver.closes.next('the end')).toEqual({ kind: 'remote' });
    expect((await host.request(path, { method: 'DELETE' })).status).toBe(202);
    expect((await host.request(path)).status).toBe(404);
    expect((await host.request(path, { method: 'POST', body: 'x' })).status).toBe(404);
    host.clock.advance(15_000);
    expect((await host.request(path, { method: 'DELETE' })).status).toBe(404);
    expect(receiver.seen).toEqual(['closed: remote']);
  });

  it('lets no other user poll, post or end, and leaves the waiting poll alone', async () => {
    const authenticate: TestServerOptions['authenticate'] = ({ headers }) => Promise.resolve(headers['x-user'] ?? null);
    await using host = await TestServer.start({ authenticate });
    const ada = { 'x-user': 'ada' };
    const { connectionToken } = await host.negotiate('negotiateVersion=1', ada);
    const path = `/hub?id=${connectionToken}`;
    await host.request(path, { headers: ada });
    const connection = await host.connections.next('the connection opens');
    const poll = new OpenRequest(host.port, path, { headers: ada });
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect((await host.request(path, { method, headers: { 'x-user': 'bob' } })).status).toBe(403);
    }
    connection.send('for ada');
    expect(await poll.chunks.next('the frame')).toBe('for ada');
    expect(host.receiverOf(connection).seen).toEqual([]);
  });

  it('leaves nothing behind when the server closes with polls, posts and streams in flight', async () => {
    await using host = await TestServer.start();
    const waiting = await open(host);
    const poll = await waitingPoll(host, waiting.path);
    const between = await open(host);
    const posting = await open(host);
    const post = new OpenRequest(host.port, posting.path, { method: 'POST' });
    post.write('half');
    await within(host.endpoint.close(), 'the endpoint closes');
    expect(await answerOf(poll)).toBe(204);
    expect(await answerOf(post)).toBe(404);
    for (const { receiver } of [waiting, between, posting]) {
      expect(await receiver.closes.next('the end')).toEqual({ kind: 'local' });
    }
    expect([host.endpoint.connections, host.clock.timers]).toEqual([0, 0]);
  });
});
