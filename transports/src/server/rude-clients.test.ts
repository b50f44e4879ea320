import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TestServer, turns, within } from '../testing/test-server.ts';

/** Sends bytes, waits for some of the answer, and cuts the line. */
async function rude(port: number, bytes: string, waitsForAnswer: boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await within(once(socket, 'connect'), 'the socket connects');
  const answered = once(socket, 'data');
  socket.write(bytes, 'latin1');
  if (waitsForAnswer) await within(answered, `an answer to ${bytes.slice(0, 40)}`);
  else await turns();
  const closed = once(socket, 'close');
  socket.resetAndDestroy();
  await within(closed, 'the socket is gone');
}

const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const websocketHeaders = upgrade + key;
const maskedText = '\u0081\u0082\0\0\0\0hi';

/** What a client may do with a connection before it is gone, and whether the server answers to it. */
const manners: readonly (readonly [request: (path: string) => string, waitsForAnswer: boolean])[] = [
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${websocketHeaders}\r\n`, true],
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${websocketHeaders}\r\n`, false],
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${websocketHeaders}\r\n${maskedText}`, true],
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`, true],
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`, true],
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`, false],
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\nGET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, true],
  [(path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, false],
  [(path) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`, false],
  [(path) => `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf`, false],
  [(path) => `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, true],
  [(path) => `DELETE ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, true],
  [(path) => `GET ${path}&id=again&id=__proto__ HTTP/1.1\r\nHost: x\r\n\r\n`, false],
  [() => 'GET /hub?id=%zz%00 HTTP/1.1\r\nHost: x\r\n\r\n', true],
  [() => 'POST /hub?id HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', true],
  [() => `GET /hub HTTP/1.1\r\nHost: x\r\nOrigin: null\r\n${websocketHeaders}\r\n`, true],
  [() => `GET /hub HTTP/1.1\r\nHost: x\r\n${websocketHeaders}\r\n${maskedText}`, true],
];

describe.each(['ws', 'direct'] as const)(
  'clients that leave at any point, with WebSockets by way of %s',
  (webSocketEngine) => {
    it('leave no connection, timer, listener or socket behind, and harm nobody else', async () => {
      await using host = await TestServer.start({
        webSocketEngine,
        authenticate: (request) => (request.url?.includes('slow') ? Promise.resolve(null) : null),
      });
      const bystander = host.webSocket('/hub');
      await within(once(bystander, 'open'), 'the bystander connects');
      const connection = await host.connections.next('the bystander has a connection');
      for (const slow of ['', '&slow']) {
        for (const [request, waitsForAnswer] of manners) {
          const { connectionToken } = await host.negotiate();
          await rude(host.port, request(`/hub?id=${connectionToken}${slow}`), waitsForAnswer);
        }
      }
      await turns(10);
      host.clock.advance(15_000);
      host.clock.advance(90_000);
      host.clock.advance(15_000);
      const isAlone = async () => {
        while (host.endpoint.connections > 1) await turns();
      };
      await within(isAlone(), 'all but the bystander are gone');
      bystander.send('still here');
      expect(await host.receiverOf(connection).frames.next('the frame of the bystander')).toBe('still here');
      bystander.terminate();
      await host.whenEmpty();
      expect(host.clock.timers).toBe(0);
      const countSockets = promisify(host.server.getConnections.bind(host.server));
      const isQuiet = async () => {
        while ((await countSockets()) > 0) await turns();
      };
      await within(isQuiet(), 'no socket is left');
      expect(host.logged.filter((line) => line.startsWith('error'))).toEqual([]);
    });
  },
);
