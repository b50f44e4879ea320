import type { Clock } from './clock.ts';
import type { ResolvedConnectionEndpointOptions, ServerTransportName } from './connection-endpoint-options.ts';
import { LongPollingTransport } from './long-polling-transport.ts';
import { ServerSentEventsTransport } from './server-sent-events-transport.ts';
import type { Exchange, ServerTransport } from './server-transport.ts';
import { DirectWebSocketTransport } from './web-socket-frames/direct-web-socket-transport.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

type Make = (options: ResolvedConnectionEndpointOptions, clock: Clock) => ServerTransport;

const builtIn: Readonly<Record<ServerTransportName, Make>> = {
  // Only `ws` compresses.
  WebSockets: (options) =>
    options.webSocketEngine === 'direct' && options.perMessageDeflate === false
      ? new DirectWebSocketTransport(options)
      : new WebSocketTransport(options),
  ServerSentEvents: (options) => new ServerSentEventsTransport(options),
  LongPolling: (options, clock) => new LongPollingTransport(options, clock),
};

/** The transports of an endpoint in the order in which it offers them. */
export class TransportList {
  readonly offered: readonly ServerTransport[];
  readonly #asked: readonly ServerTransport[];

  constructor(options: ResolvedConnectionEndpointOptions, clock: Clock) {
    const all = options.transports.map((transport) =>
      typeof transport === 'string' ? builtIn[transport](options, clock) : transport,
    );
    this.offered = all;
    // A user's own come first, because the built-in ones accept every request of a general kind.
    const own = all.filter((transport) => options.transports.includes(transport));
    this.#asked = [...own, ...all.filter((transport) => !own.includes(transport))];
  }

  /** The one that speaks what the client opened. */
  for(exchange: Exchange): ServerTransport | undefined {
    return this.#asked.find((transport) => transport.accepts(exchange));
  }
}
