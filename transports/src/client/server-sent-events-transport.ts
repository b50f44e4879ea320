import { canSendHeaders, defaultEventSource } from '#event-source';
import type { Connection, TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';
import type { EventSourceConstructor, EventSourceLike } from './platform/event-source-like.ts';
import { PostingConnection } from './posting-connection.ts';
import { withQuery } from './url.ts';

/** Receives an event stream. */
export class ServerSentEventsTransport implements ClientTransport {
  readonly name = 'ServerSentEvents';
  readonly transferFormats: readonly TransferFormat[] = ['Text'];
  readonly #EventSource: EventSourceConstructor | undefined;

  /** `EventSource` replaces the platform's own; outside browsers it has to take `headers` or `fetch`. */
  constructor(EventSource?: EventSourceConstructor) {
    this.#EventSource = EventSource;
  }

  async connect(request: ConnectRequest): Promise<Connection> {
    const EventSource = this.#EventSource ?? defaultEventSource();
    if (EventSource === undefined) throw new TransportError('TRANSPORT_UNAVAILABLE', 'There is no EventSource.');
    const { http, signal, settings } = request;
    const token = await http.accessToken();
    const url = canSendHeaders || token === undefined ? request.url : withQuery(request.url, 'access_token', token);
    const headers = canSendHeaders ? await http.headers() : {};
    signal.throwIfAborted();
    const source = new EventSource(url, {
      withCredentials: settings.withCredentials,
      headers,
      fetch: (url, init) => http.fetch(url, init),
    });
    const connection = new PostingConnection(request, {
      transport: this.name,
      transferFormats: this.transferFormats,
      hasInherentKeepAlive: false,
      receiveBufferBytes: settings.receiveBufferBytes,
    });
    await opened(source, connection, signal);
    return connection;
  }
}

/** An event source connects again after an error, where this connection is over; so the first error ends it. */
function opened(source: EventSourceLike, connection: PostingConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (error: unknown, end: () => void) => {
      end();
      reject(error);
    };
    const onAbort = () => give(signal.reason, () => connection.ended());
    signal.addEventListener('abort', onAbort);
    // Closed from inside its own error event, the `eventsource` package would still set its timer to connect again.
    connection.signal.addEventListener('abort', () => queueMicrotask(() => source.close()));
    source.addEventListener('message', ({ data }) => connection.received(data ?? ''));
    source.addEventListener('open', () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    source.addEventListener('error', ({ message }) => {
      signal.removeEventListener('abort', onAbort);
      const error = new TransportError('TRANSPORT_CONNECT_FAILED', message ?? 'The event stream did not open.');
      // Browsers tell no reason, and none is told at an orderly end.
      if (message === undefined) give(error, () => connection.ended());
      else give(error, () => connection.failed(new TransportError('TRANSPORT_FAILED', message)));
    });
  });
}
