/** What is used of a WebSocket; browsers' own, `ws`'s and undici's all fit. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  addEventListener(type: string, listener: (event: WebSocketEvent) => void): void;
  /** Typed as wide as browsers type theirs; only text and bytes are sent. */
  send(data: string | ArrayBufferView | ArrayBuffer | Blob): void;
  close(code?: number, reason?: string): void;
  /** Where they exist: hold the peer back, and end without the closing handshake. */
  pause?(): void;
  resume?(): void;
  terminate?(): void;
}

/** Open, message, error and close events in one. */
export interface WebSocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly message?: string;
  readonly code?: number;
  readonly reason?: string;
}

export interface WebSocketInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly perMessageDeflate: boolean;
}

/** A constructor that cannot send headers ignores `init`. */
export type WebSocketConstructor = new (url: string, protocols: string[], init: WebSocketInit) => WebSocketLike;
