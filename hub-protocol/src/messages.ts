/** The wire number of each hub message. HubProtocol.md, "Message types". */
export const MessageType = {
  Invocation: 1,
  StreamItem: 2,
  Completion: 3,
  StreamInvocation: 4,
  CancelInvocation: 5,
  Ping: 6,
  Close: 7,
  Ack: 8,
  Sequence: 9,
} as const;

export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** String pairs that travel beside a message and are opaque to the protocol. */
export type MessageHeaders = Readonly<Record<string, string>>;

/** Calls a method. Without an `invocationId` the caller wants no answer. */
export interface InvocationMessage {
  readonly type: typeof MessageType.Invocation;
  readonly headers?: MessageHeaders;
  readonly invocationId?: string;
  readonly target: string;
  readonly arguments: readonly unknown[];
  /** Ids of the streams that the caller uploads, in the order of the method's stream parameters. */
  readonly streamIds?: readonly string[];
}

/** Calls a method that answers with a stream. */
export interface StreamInvocationMessage {
  readonly type: typeof MessageType.StreamInvocation;
  readonly headers?: MessageHeaders;
  readonly invocationId: string;
  readonly target: string;
  readonly arguments: readonly unknown[];
  readonly streamIds?: readonly string[];
}

/** One item of a stream: of a streaming call, or of an uploaded stream (`invocationId` is then the stream's id). */
export interface StreamItemMessage {
  readonly type: typeof MessageType.StreamItem;
  readonly headers?: MessageHeaders;
  readonly invocationId: string;
  readonly item: unknown;
}

/** What a failed call failed at; `internal` is whatever has no name of its own. */
export type CallFailureReason =
  | 'unknownMethod'
  | 'invalidArguments'
  | 'unauthorized'
  | 'wrongCallKind'
  | 'application'
  | 'internal';

/** The parts of an error text, for encodings that tell them apart. The SignalR encodings carry the text alone. */
export interface CallFailure {
  readonly reason: CallFailureReason;
  /** What the application has to say to the caller, without the sentence around it. */
  readonly detail?: string;
}

/** How a call or a stream ended. `void` differs from a result of `null` on the wire. */
export type CompletionOutcome =
  | { readonly kind: 'void' }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly error: string; readonly failure?: CallFailure };

/** Ends a call, a streaming call, or an uploaded stream. */
export interface CompletionMessage {
  readonly type: typeof MessageType.Completion;
  readonly headers?: MessageHeaders;
  readonly invocationId: string;
  readonly outcome: CompletionOutcome;
}

/** Asks the callee to stop a call. A completion is still owed. */
export interface CancelInvocationMessage {
  readonly type: typeof MessageType.CancelInvocation;
  readonly headers?: MessageHeaders;
  readonly invocationId: string;
}

/** Keeps the connection alive. */
export interface PingMessage {
  readonly type: typeof MessageType.Ping;
}

/** Announces the end of the connection; `error` says why when it is not orderly. */
export interface CloseMessage {
  readonly type: typeof MessageType.Close;
  readonly headers?: MessageHeaders;
  readonly error?: string;
  /** Clients with automatic reconnect try again only when this is `true`. */
  readonly allowReconnect?: boolean;
}

/** Stateful reconnect: the highest sequence number taken. */
export interface AckMessage {
  readonly type: typeof MessageType.Ack;
  readonly sequenceId: number;
}

/** Stateful reconnect: the number of the first message that follows. */
export interface SequenceMessage {
  readonly type: typeof MessageType.Sequence;
  readonly sequenceId: number;
}

/** Every message that a connection may carry once the handshake is over. */
export type HubMessage =
  | InvocationMessage
  | StreamInvocationMessage
  | StreamItemMessage
  | CompletionMessage
  | CancelInvocationMessage
  | PingMessage
  | CloseMessage
  | AckMessage
  | SequenceMessage;
