import type { FailedTransport, TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';

interface NamedTransport {
  readonly name: string;
  readonly transferFormats: readonly TransferFormat[];
}

interface OfferedTransport {
  readonly transport: string;
  readonly transferFormats: readonly TransferFormat[];
}

export interface SelectionRequest<TTransport extends NamedTransport> {
  /** What the server has, in the order it prefers. */
  readonly offered: readonly OfferedTransport[];
  /** What the client may use. */
  readonly allowed: readonly TTransport[];
  readonly transferFormat: TransferFormat;
  readonly failed: readonly FailedTransport[];
}

export interface Selection<TTransport> {
  /** Best first. */
  readonly candidates: readonly TTransport[];
  /** Every other transport that either side named, and why it will not do. */
  readonly leftOut: readonly FailedTransport[];
}

/** Matches what the server offers with what the client may use; the order is the server's. */
export function selectTransports<TTransport extends NamedTransport>(
  request: SelectionRequest<TTransport>,
): Selection<TTransport> {
  const { offered, allowed, transferFormat: needed, failed } = request;
  const candidates: TTransport[] = [];
  const leftOut: FailedTransport[] = [];
  const leaveOut = (transport: string, reason: string) => {
    leftOut.push({ transport, error: new TransportError('TRANSPORT_LEFT_OUT', reason) });
  };
  for (const { transport, transferFormats } of offered) {
    const own = allowed.find(({ name }) => name === transport);
    const failure = failed.find((failure) => failure.transport === transport);
    if (own === undefined) leaveOut(transport, 'The client does not allow it.');
    else if (![transferFormats, own.transferFormats].every((formats) => formats.includes(needed))) {
      leaveOut(transport, `It does not carry ${needed}.`);
    } else if (failure === undefined) candidates.push(own);
    else leftOut.push(failure);
  }
  for (const { name } of allowed) {
    if (!offered.some(({ transport }) => transport === name)) leaveOut(name, 'The server does not offer it.');
  }
  return { candidates, leftOut };
}
