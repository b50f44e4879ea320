export type ProxyKind = 'nginx' | 'caddy';

/** What a proxy does to the hubs behind it, beside passing everything on. */
export interface ProxyBehaviour {
  /** Answers 400 to WebSockets, or forgets to pass the headers of the upgrade on, whichever is usual for it. */
  readonly blocksWebSockets?: boolean;
  /** Holds event streams back until a large buffer is full, whatever their headers say; nginx alone can. */
  readonly buffersEvents?: boolean;
}

/** Where a proxy listens, what it stands in front of, and where it may write. */
export interface ProxySetting extends ProxyBehaviour {
  readonly port: number;
  /** Host and port, such as `127.0.0.1:5000`. */
  readonly upstream: string;
  readonly folder: string;
}
