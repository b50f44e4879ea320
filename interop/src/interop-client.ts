/** The transports of the wire, by the names that negotiate uses. */
export type TransportName = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

/** The encodings of the wire, by the names that the handshake uses. */
export type ProtocolName = 'json' | 'messagepack';

/** What a client is told to connect with. */
export interface InteropConnectionOptions {
  readonly url: string;
  readonly protocol: ProtocolName;
  /** Left out: the client chooses. */
  readonly transport?: TransportName;
  readonly accessToken?: () => string | Promise<string>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens the WebSocket at once, without a connection id. */
  readonly skipNegotiation?: boolean;
}

export type ClientMethod = (...args: unknown[]) => unknown;

/** The part of a hub connection that the cases need; each client under test is adapted to it. */
export interface InteropConnection {
  /** `null` before the start and where negotiation is skipped. */
  readonly connectionId: string | null;
  /** Resolves at the end of a started connection, with the error when there is one. */
  readonly closed: Promise<Error | undefined>;
  start(): Promise<void>;
  stop(): Promise<void>;
  on(target: string, method: ClientMethod): void;
  off(target: string): void;
  invoke(target: string, ...args: unknown[]): Promise<unknown>;
  send(target: string, ...args: unknown[]): Promise<void>;
  /** Leaving the loop early cancels the stream on the server. */
  stream(target: string, ...args: unknown[]): AsyncIterable<unknown>;
}

/** A client implementation under test. */
export interface InteropClient {
  readonly name: string;
  create(options: InteropConnectionOptions): InteropConnection;
  /** Makes an argument that uploads these items; an error thrown by the iteration ends the upload with that error. */
  upload(items: AsyncIterable<unknown> | Iterable<unknown>): unknown;
}
