import type { MessageType } from '@hubwire/hub-protocol';

// Hub messages in the shapes of @microsoft/signalr: what protocols written for it read and write.

/** String pairs that travel beside a message. */
export interface MessageHeaders {
  [key: string]: string;
}

export interface HubMessageBase {
  readonly type: MessageType;
}

export interface HubInvocationMessage extends HubMessageBase {
  readonly headers?: MessageHeaders;
  readonly invocationId?: string;
}

export interface InvocationMessage extends HubInvocationMessage {
  readonly type: typeof MessageType.Invocation;
  readonly target: string;
  readonly arguments: unknown[];
  readonly streamIds?: string[];
}

export interface StreamInvocationMessage extends HubInvocationMessage {
  readonly type: typeof MessageType.StreamInvocation;
  readonly invocationId: string;
  readonly target: string;
  readonly arguments: unknown[];
  readonly streamIds?: string[];
}

export interface StreamItemMessage extends HubInvocationMessage {
  readonly type: typeof MessageType.StreamItem;
  readonly invocationId: string;
  readonly item?: unknown;
}

/** With `error` it failed, with `result` it gave one, with neither it gave none. */
export interface CompletionMessage extends HubInvocationMessage {
  readonly type: typeof MessageType.Completion;
  readonly invocationId: string;
  readonly error?: string;
  readonly result?: unknown;
}

export interface CancelInvocationMessage extends HubInvocationMessage {
  readonly type: typeof MessageType.CancelInvocation;
  readonly invocationId: string;
}

export interface PingMessage extends HubMessageBase {
  readonly type: typeof MessageType.Ping;
}

export interface CloseMessage extends HubMessageBase {
  readonly type: typeof MessageType.Close;
  readonly error?: string;
  readonly allowReconnect?: boolean;
}

export interface AckMessage extends HubMessageBase {
  readonly type: typeof MessageType.Ack;
  readonly sequenceId: number;
}

export interface SequenceMessage extends HubMessageBase {
  readonly type: typeof MessageType.Sequence;
  readonly sequenceId: number;
}

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
