import { MessageType, PayloadReader, type HubMessage, type HubProtocol, type Payload } from '@hubwire/hub-protocol';
import type { Frame } from '@hubwire/transports';
import { HubServerError } from '../errors.ts';
import type { HubConnectionContext } from './hub-connection-context.ts';
import type { HubConnectionEnvironment } from './hub-connection-environment.ts';

/** Whose messages are read. */
export interface HubMessageSessionOwner {
  /** What comes after the end counts no more. */
  readonly isOpen: boolean;
  /** The client has said that it closes. */
  close(): void;
}

export interface HubMessageSessionParts {
  readonly context: HubConnectionContext;
  readonly protocol: HubProtocol;
  readonly environment: HubConnectionEnvironment;
  readonly owner: HubMessageSessionOwner;
}

/** Reads the messages of a client that has shaken hands, and has each done. HubProtocol.md. */
export class HubMessageSession {
  readonly #parts: HubMessageSessionParts;
  readonly #reader: PayloadReader;
  readonly #receive = (payload: Payload): void => this.#take(payload);

  constructor(parts: HubMessageSessionParts) {
    this.#parts = parts;
    const { protocol, environment } = parts;
    this.#reader = new PayloadReader(protocol.transferFormat, environment.options.maximumReceiveMessageBytes);
  }

  /** Throws for what the connection is to be closed for. */
  read(frame: Frame): void {
    this.#reader.read(frame, this.#receive);
  }

  #take(payload: Payload): void {
    const { owner, protocol, environment } = this.#parts;
    if (!owner.isOpen) return;
    const message = protocol.parseMessage(payload);
    if (message === undefined) return;
    environment.diagnostics.messageReceived();
    checkHeaders(message, environment.options.maximumHeaders);
    this.#handle(message);
  }

  #handle(message: HubMessage): void {
    const { context, environment, owner } = this.#parts;
    switch (message.type) {
      case MessageType.Invocation:
      case MessageType.StreamInvocation:
        environment.dispatcher.dispatch(context, message);
        break;
      case MessageType.StreamItem:
        context.uploads.item(message);
        break;
      case MessageType.Completion:
        context.completed(message);
        break;
      case MessageType.CancelInvocation:
        environment.dispatcher.cancel(context, message.invocationId);
        break;
      case MessageType.Close:
        owner.close();
        break;
      case MessageType.Ping:
      // Stateful reconnect was not negotiated.
      case MessageType.Ack:
      case MessageType.Sequence:
    }
  }
}

function checkHeaders(message: HubMessage, maximum: number): void {
  if (!('headers' in message) || message.headers === undefined) return;
  if (Object.keys(message.headers).length > maximum) {
    throw new HubServerError('HUB_TOO_MANY_HEADERS', `The limit is ${maximum}.`);
  }
}
