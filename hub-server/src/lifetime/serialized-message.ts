import type { HubMessage, HubProtocol, Payload } from '@hubwire/hub-protocol';

/** A message for many: encoded once per protocol in use, however many connections get it. */
export class SerializedMessage {
  readonly #message: HubMessage;
  readonly #payloads = new Map<HubProtocol, Payload>();

  constructor(message: HubMessage) {
    this.#message = message;
  }

  payloadFor(protocol: HubProtocol): Payload {
    let payload = this.#payloads.get(protocol);
    if (payload === undefined) {
      payload = protocol.writeMessage(this.#message);
      this.#payloads.set(protocol, payload);
    }
    return payload;
  }
}
