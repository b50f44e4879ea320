import type { Connection, TransferFormat } from '../connection.ts';
import type { Logger } from '../logger.ts';
import type { HttpClient } from './http-client.ts';

/** Limits and times that every transport of a connection keeps. */
export interface TransportSettings {
  readonly withCredentials: boolean;
  readonly closeTimeoutMs: number;
  readonly sendBufferBytes: number;
  readonly receiveBufferBytes: number;
  readonly maximumBodyBytes: number;
  readonly logger: Logger;
}

export interface ConnectRequest {
  /** Absolute `http:` or `https:` URL of the hub, with the `id` of the negotiated connection. */
  readonly url: string;
  /** Public id from the negotiation; empty when there was none, as only the server knows it then. */
  readonly connectionId: string;
  readonly transferFormat: TransferFormat;
  /** Also carries the time limit of the attempt; whoever does not listen to it is aborted when it connects. */
  readonly signal: AbortSignal;
  /** Sends requests with the headers, token and cookies of this connection. */
  readonly http: HttpClient;
  readonly settings: TransportSettings;
}

/** A way to reach a hub. A user's own is passed in `transports` and is tried when the server offers its `name`. */
export interface ClientTransport {
  /** As in the negotiate answer. */
  readonly name: string;
  readonly transferFormats: readonly TransferFormat[];
  /** Resolves when frames can be sent; MUST leave nothing open when it rejects. */
  connect(request: ConnectRequest): Promise<Connection>;
}
