import type { ConnectionFactory, FailedTransport } from '../connection.ts';
import { throwIfAborted } from '../abort.ts';
import { TransportError } from '../errors.ts';
import { withDeadline } from './deadline.ts';
import { HttpClient } from './http-client.ts';
import {
  resolveHttpConnectionOptions,
  type HttpConnectionOptions,
  type HttpConnectionSettings,
} from './http-connection-options.ts';
import { negotiate, type Endpoint, type Negotiation } from './negotiation.ts';
import { selectTransports } from './transport-selector.ts';
import { toTransportError } from './to-transport-error.ts';
import { resolveUrl } from './url.ts';

/**
 * Opens connections to the hub at `url`: negotiates, then tries the transports that both sides have until one connects.
 *
 * ```
 * negotiate ──► choose ──► connect ──► Connection
 *     ▲            │          │ failed
 *     │            ▼          ▼
 *     │      none is left   negotiate again: an id serves one attempt
 *     │            │          │
 *     └────────────┼──────────┘
 *                  ▼
 *        TRANSPORT_NO_TRANSPORT, with a reason for each
 * ```
 *
 * @example
 * const connect = createHttpConnectionFactory('https://example.org/chat', { accessTokenFactory });
 * const connection = await connect('Text', AbortSignal.timeout(30_000));
 */
export function createHttpConnectionFactory(url: string, options: HttpConnectionOptions = {}): ConnectionFactory {
  const settings = resolveHttpConnectionOptions(options);
  const { connectTimeoutMs, logger, transports: allowed } = settings;
  return async (transferFormat, signal, rejected = []) => {
    const start = { url: resolveUrl(url), http: new HttpClient(settings) };
    const failed = [...rejected];
    let negotiation = await agree(settings, start, signal);
    for (;;) {
      const { offered, ...endpoint } = negotiation;
      const { candidates, leftOut } = selectTransports({ offered, allowed, transferFormat, failed });
      const [transport] = candidates;
      if (transport === undefined) throw noTransport(leftOut);
      try {
        return await withDeadline(
          { ms: connectTimeoutMs, signal },
          (signal) => transport.connect({ ...endpoint, transferFormat, signal, settings }),
          (late) => late.abort(new TransportError('TRANSPORT_ABORTED')),
        );
      } catch (reason) {
        // An attempt that its owner gave up is no failure of the transport.
        throwIfAborted(signal);
        const failure = { transport: transport.name, error: toTransportError(reason, 'TRANSPORT_CONNECT_FAILED') };
        logger.log('warning', 'transport.failed', failure);
        failed.push(failure);
      }
      if (candidates.length > 1) negotiation = await agree(settings, start, signal);
    }
  };
}

/** Without negotiation the client's own transport counts as offered. */
async function agree(
  { skipNegotiation, transports }: HttpConnectionSettings,
  start: Endpoint,
  signal: AbortSignal,
): Promise<Negotiation> {
  if (!skipNegotiation) return negotiate(start, signal);
  const offered = transports.map(({ name, transferFormats }) => ({ transport: name, transferFormats }));
  return { ...start, connectionId: '', offered };
}

function noTransport(failed: readonly FailedTransport[]): TransportError {
  const reasons = failed.map(({ transport, error }) => `${transport}: ${error.message}`).join(' ');
  const errors = failed.map(({ error }) => error);
  const cause = new AggregateError(errors, reasons);
  return new TransportError('TRANSPORT_NO_TRANSPORT', `No transport could be connected. ${reasons}`, { cause });
}
