import type { Connection, ConnectionFactory, FailedTransport, TransferFormat } from '../connection.ts';
import { isTransportError, TransportError } from '../errors.ts';
import { withDeadline } from './deadline.ts';
import type { ClientTransport } from './client-transport.ts';
import { HttpClient } from './http-client.ts';
import {
  resolveHttpConnectionOptions,
  type HttpConnectionOptions,
  type HttpConnectionSettings,
} from './http-connection-options.ts';
import { negotiate, type Endpoint, type Negotiation } from './negotiation.ts';
import { selectTransports } from './transport-selector.ts';
import { resolveUrl, withoutQuery } from './url.ts';

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
  return async (transferFormat, signal, failed = []) => {
    const start = { url: resolveUrl(url), http: new HttpClient(settings) };
    return connect({ settings, start, transferFormat, signal }, failed);
  };
}

interface Attempt {
  readonly settings: HttpConnectionSettings;
  readonly start: Endpoint;
  readonly transferFormat: TransferFormat;
  readonly signal: AbortSignal;
}

async function connect(attempt: Attempt, rejected: readonly FailedTransport[]): Promise<Connection> {
  const { settings, transferFormat } = attempt;
  const failed = [...rejected];
  let negotiation = await agree(attempt);
  for (;;) {
    const { offered } = negotiation;
    const selection = selectTransports({ offered, allowed: settings.transports, transferFormat, failed });
    const [transport] = selection.candidates;
    if (transport === undefined) throw noTransport(selection.leftOut);
    try {
      return await connectTransport(attempt, transport, negotiation);
    } catch (error) {
      failed.push(failedTransport(attempt, transport, error));
    }
    if (selection.candidates.length > 1) negotiation = await agree(attempt);
  }
}

/** Without negotiation the client's own transport counts as offered. */
async function agree({ settings, start, signal }: Attempt): Promise<Negotiation> {
  if (!settings.skipNegotiation) return negotiate(start, signal);
  const offered = settings.transports.map(({ name, transferFormats }) => ({ transport: name, transferFormats }));
  return { ...start, connectionId: '', offered };
}

async function connectTransport(
  { settings, transferFormat, signal }: Attempt,
  transport: ClientTransport,
  { url, http, connectionId }: Negotiation,
): Promise<Connection> {
  const connection = await withDeadline(
    { ms: settings.connectTimeoutMs, signal },
    (signal) => transport.connect({ url, http, connectionId, transferFormat, signal, settings }),
    (late) => late.abort(new TransportError('TRANSPORT_ABORTED')),
  );
  settings.logger.log('debug', 'transport.connected', { transport: transport.name, url: withoutQuery(url) });
  return connection;
}

/** An attempt that its owner gave up is no failure of the transport. */
function failedTransport({ signal, settings }: Attempt, { name }: ClientTransport, reason: unknown): FailedTransport {
  signal.throwIfAborted();
  const error = isTransportError(reason)
    ? reason
    : new TransportError('TRANSPORT_CONNECT_FAILED', String(reason), { cause: reason });
  settings.logger.log('warning', 'transport.failed', { transport: name, error });
  return { transport: name, error };
}

function noTransport(failed: readonly FailedTransport[]): TransportError {
  const reasons = failed.map(({ transport, error }) => `${transport}: ${error.message}`).join(' ');
  const cause = new AggregateError(
    failed.map(({ error }) => error),
    reasons,
  );
  return new TransportError('TRANSPORT_NO_TRANSPORT', `No transport could be connected. ${reasons}`, { cause });
}
