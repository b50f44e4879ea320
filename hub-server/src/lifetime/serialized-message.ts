import type { HubProtocol, InvocationMessage, Payload } from '@hubwire/hub-protocol';

/** What writes messages; all that is asked of a protocol here. */
type Encoding = Pick<HubProtocol, 'writeMessage'>;

/** A call of many clients: encoded once per protocol in use, however many connections get it. */
export class SerializedMessage {
  readonly #message: InvocationMessage;
  readonly #payloads = new Map<Encoding, Payload>();

  constructor(message: InvocationMessage) {
    this.#message = message;
  }

  /** The client method. */
  get target(): string {
    return this.#message.target;
  }

  payloadFor(encoding: Encoding): Payload {
    let payload = this.#payloads.get(encoding);
    if (payload === undefined) {
      payload = encoding.writeMessage(this.#message);
      this.#payloads.set(encoding, payload);
    }
    return payload;
  }
}
