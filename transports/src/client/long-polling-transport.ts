import type { Connection, TransferFormat } from '../connection.ts';
import type { TransportError } from '../errors.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';
import { decodeText } from './decode-text.ts';
import type { HttpAnswer } from './http-client.ts';
import { PostingConnection } from './posting-connection.ts';
import { withQuery } from './url.ts';

/** Receives by GET requests that the server holds until it has something to send. */
export class LongPollingTransport implements ClientTransport {
  readonly name = 'LongPolling';
  readonly transferFormats: readonly TransferFormat[] = ['Text', 'Binary'];

  async connect(request: ConnectRequest): Promise<Connection> {
    const { http, url, settings } = request;
    // The server answers the first poll at once, to say that the connection stands.
    const first = await poll(request, request.signal, [200]);
    const leave = (keepalive: boolean) =>
      http.send({ method: 'DELETE', url, keepalive, timeoutMs: settings.closeTimeoutMs, expects: [200, 202] });
    const connection = new PostingConnection(this, request, {
      hasInherentKeepAlive: true,
      receiveBufferBytes: Infinity,
      leave: () => leave(false),
    });
    // A page that is left cannot wait for an answer; without this the server would keep the connection for a while.
    const { signal } = connection;
    globalThis.addEventListener?.('pagehide', () => void leave(true).catch(() => {}), { signal });
    receive(connection, request, first).catch((error: TransportError) => connection.failed(error));
    return connection;
  }
}

async function receive(connection: PostingConnection, request: ConnectRequest, first: HttpAnswer): Promise<void> {
  // Bytes that are no text must not be decoded.
  const isText = request.transferFormat === 'Text';
  let answer = first;
  while (answer.status !== 204) {
    connection.received(isText ? decodeText(answer.body) : answer.body);
    await connection.room(request.settings.receiveBufferBytes);
    answer = await poll(request, connection.signal, [200, 204]);
  }
  connection.ended();
}

function poll({ http, url }: ConnectRequest, signal: AbortSignal, expects: readonly number[]): Promise<HttpAnswer> {
  return http.send({ method: 'GET', url: withQuery(url, '_', String(Date.now())), signal, expects });
}
