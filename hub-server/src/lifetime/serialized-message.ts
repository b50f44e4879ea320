import type { HubProtocol, InvocationMessage, Payload } from '@hubwire/hub-protocol';
import type { HubSlowConsumerPolicy, SlowConsumerPolicy } from '../slow-consumer-policy.ts';

/** What writes messages; all that is asked of a protocol here. */
type Encoding = Pick<HubProtocol, 'writeMessage'>;

/** A call of many clients: encoded once per protocol in use, however many connections get it. */
export class SerializedMessage {
  readonly #message: InvocationMessage;
  readonly #payloads = new Map<Encoding, Payload>();
  #slowConsumer: SlowConsumerPolicy | undefined;

  /** Without a policy of its own it has that of the hub. */
  constructor(message: InvocationMessage, slowConsumer?: SlowConsumerPolicy) {
    this.#message = message;
    this.#slowConsumer = slowConsumer;
  }

  /** The client method. */
  get target(): string {
    return this.#message.target;
  }

  /** The same call with other arguments. */
  withArguments(args: readonly unknown[]): SerializedMessage {
    return new SerializedMessage({ ...this.#message, arguments: args }, this.#slowConsumer);
  }

  payloadFor(encoding: Encoding): Payload {
    let payload = this.#payloads.get(encoding);
    if (payload === undefined) {
      payload = encoding.writeMessage(this.#message);
      this.#payloads.set(encoding, payload);
    }
    return payload;
  }

  /** What becomes of it for a slow client. A hub that chooses is asked once, and only when there is such a client. */
  policyOr(hubPolicy: HubSlowConsumerPolicy): SlowConsumerPolicy {
    const { target, arguments: args } = this.#message;
    this.#slowConsumer ??= typeof hubPolicy === 'function' ? hubPolicy(target, args) : hubPolicy;
    return this.#slowConsumer;
  }
}
