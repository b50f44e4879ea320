import { MessageType, type HubMessage, type HubProtocol, type Payload } from '@hubwire/hub-protocol';
import { Ledger } from './ledger.ts';

/** A protocol that writes down, in the words of the hub's ledger, what it reads: the order on the wire. */
export class RecordingProtocol implements HubProtocol {
  readonly received = new Ledger();
  readonly name: string;
  readonly version: number;
  readonly transferFormat: 'Text' | 'Binary';
  readonly #inner: HubProtocol;
  readonly #steps = new Map<string, number>();

  constructor(inner: HubProtocol) {
    this.#inner = inner;
    this.name = inner.name;
    this.version = inner.version;
    this.transferFormat = inner.transferFormat;
  }

  parseMessage(payload: Payload): HubMessage | undefined {
    const message = this.#inner.parseMessage(payload);
    if (message !== undefined) this.#note(message);
    return message;
  }

  writeMessage(message: HubMessage): Payload {
    const isCall = message.type === MessageType.Invocation || message.type === MessageType.StreamInvocation;
    if (isCall && message.invocationId !== undefined) {
      const [plan] = message.arguments as [{ step: number }];
      this.#steps.set(message.invocationId, plan.step);
    }
    return this.#inner.writeMessage(message);
  }

  #note(message: HubMessage): void {
    if (message.type === MessageType.Invocation) {
      const [step, number] = message.arguments as [number, number];
      this.received.write(step, `${message.target === 'told' ? 'tell' : 'ask'} ${number}`);
    } else if (message.type === MessageType.StreamItem) {
      const { step, number } = message.item as { step: number; number: number };
      this.received.write(step, `item ${number}`);
    } else if (message.type === MessageType.Completion) {
      this.received.write(this.#steps.get(message.invocationId) ?? -1, 'completion');
    }
  }
}
