/**
 * What a message from the server is: an answer to a call, an item of a stream, something pushed to the client, a question
 * whether it is there, or anything else, such as a handshake.
 */
export type MessageKind = 'reply' | 'item' | 'push' | 'ping' | 'other';

/** Where a message lies in the bytes it came with. The object is used again for the next one. */
export interface Span {
  bytes: Buffer;
  start: number;
  end: number;
}

export type Visit = (kind: MessageKind, message: Span) => void;

/** The bytes of a message, without copying. */
export function bytesOf({ bytes, start, end }: Span): Buffer {
  return bytes.subarray(start, end);
}

/** What a message says, for the replies whose content is looked at. */
export interface Reply {
  readonly id: number;
  readonly value: unknown;
}

/** The methods that every server offers, as far as its capabilities go. */
export type Method =
  /** `(text)`: answers with the text. */
  | 'echo'
  /** `(text)`: pushes the text to every connection. */
  | 'broadcast'
  /** `()`: asks for what is broadcast, where a connection has to; see `subscribes`. */
  | 'subscribe'
  /** `()`: puts the connection into the one group. */
  | 'join'
  /** `(text)`: pushes the text to the group. */
  | 'sendToGroup'
  /** `(count, text)`: streams the text so many times. */
  | 'download'
  /** `()` and a stream: answers with the number of its items. */
  | 'upload';

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly arguments: readonly unknown[];
  /** What the conversation at the start has given this connection. */
  readonly session: string;
}

/** A message as it is sent: a string goes out as text, bytes as binary. */
export type Message = string | Uint8Array;

/** An uploaded stream: what starts it, one item, its end. */
export interface Upload {
  readonly start: Message;
  readonly item: Message;
  readonly end: Message;
}

/** What to do after a message of the opening conversation. */
export interface OpeningStep {
  readonly send?: Message;
  readonly session?: string;
  readonly isOpen?: boolean;
}

/** The client's half of a contender's conversation, with everything that can be prepared before the measurement. */
export interface Codec {
  /** The target of the upgrade request, or of the endpoint that polls go to. */
  readonly path: string;
  /** Sent when the connection is there; without it the connection is open at once. */
  readonly opening?: { readonly first?: Message; next(message: Buffer): OpeningStep };
  /** Sent every ten seconds where the server wants to hear from its clients. */
  readonly keepAlive?: Message;
  /** The answer to a `ping`. */
  pong?(session: string): Message;
  /** Whether a connection gets broadcasts only after it asked for them. */
  readonly subscribes?: boolean;
  /** Whether `broadcast` and `sendToGroup` are not answered. */
  readonly broadcastsUnanswered?: boolean;
  call(call: Call): Message;
  upload?(id: number, text: string): Upload;
  /** Visits each message in what one frame (or body) carries. */
  scan(frame: Span, visit: Visit): void;
  readReply(message: Buffer): Reply;
  readPush(message: Buffer): unknown;
  readItem?(message: Buffer): Reply;
}
