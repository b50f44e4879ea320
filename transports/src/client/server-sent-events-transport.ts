import { defaultEventSource } from '#event-source';
import type { Connection, TransferFormat } from '../connection.ts';
import { throwIfAborted } from '../abort.ts';
import { TransportError } from '../errors.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';
import type { EventSourceConstructor } from './platform/event-source-like.ts';
import { PostingConnection } from './posting-connection.ts';

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
    const { withCredentials } = settings;
    const { url, headers } = await http.opening(request.url);
    throwIfAborted(signal);
    const fetch = (url: string | URL, init: RequestInit): Promise<Response> => http.fetch(url, init);
    const source = new EventSource(url, { withCredentials, headers, fetch });
    const connection = new PostingConnection(this, request);
    // Closed from inside its own error event, the `eventsource` package would still set its timer to connect again.
    connection.signal.addEventListener('abort', () => queueMicrotask(() => source.close()));
    source.addEventListener('message', ({ data = '' }) => connection.received(data));
    await connection.opened(signal, (resolve, reject) => {
      source.addEventListener('open', resolve);
      // It would connect again, where this connection is over; so the first error ends it.
      source.addEventListener('error', ({ message }) => {
        reject(new TransportError('TRANSPORT_CONNECT_FAILED', message ?? 'The event stream did not open.'));
        // Browsers tell no reason, and none is told at an orderly end.
        if (message === undefined) connection.ended();
        else connection.failed(new TransportError('TRANSPORT_FAILED', message));
      });
    });
    return connection;
  }
}
