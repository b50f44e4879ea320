import { MessageType, type CloseMessage, type HubMessage } from '@hubwire/hub-protocol';
import { jsonRpcEncoding, nullId, writeFailure } from '@hubwire/hub-protocol/json-rpc';
import type { KeepAliveVerdict } from '@hubwire/hub-protocol/peer';
import type { Frame } from '@hubwire/transports';
import type { ResolvedJsonRpcOptions } from '../json-rpc-options.ts';
import type { SerializedMessage } from '../lifetime/serialized-message.ts';
import type { HubDiagnostics } from '../observability/hub-diagnostics.ts';
import { HubConnectionContext, type HubConnectionParts } from './hub-connection-context.ts';
import { JsonRpcBatches, type JsonRpcBatch } from './json-rpc-batches.ts';
import { JsonRpcEvents } from './json-rpc-events.ts';

/** A connection that speaks JSON-RPC: every message is a frame of its own, and it has no pings of its own. */
export class JsonRpcConnectionContext extends HubConnectionContext {
  readonly events: JsonRpcEvents;
  readonly #maximumHeldBytes: number;
  readonly #pingIntervalMs: number;
  readonly #diagnostics: HubDiagnostics;
  #pingAt: number;
  #wasAsked = false;
  #batches: JsonRpcBatches | undefined;

  constructor(parts: Omit<HubConnectionParts, 'protocol'>, { maximumSubscriptions }: ResolvedJsonRpcOptions) {
    super({ ...parts, protocol: jsonRpcEncoding });
    this.events = new JsonRpcEvents(maximumSubscriptions);
    const { keepAlive, sweeper, diagnostics } = parts.environment;
    this.#diagnostics = diagnostics;
    this.#pingIntervalMs = keepAlive.pingIntervalMs;
    this.#pingAt = sweeper.now + this.#pingIntervalMs;
    // The frame that they leave in has to fit into the queue, beside what else is in it.
    this.#maximumHeldBytes = parts.environment.options.sendQueueBytes / 2;
  }

  beginBatch(): JsonRpcBatch {
    this.#batches ??= new JsonRpcBatches((frame) => this.send(frame), this.#maximumHeldBytes);
    return this.#batches.begin();
  }

  override write(message: HubMessage): void {
    switch (message.type) {
      case MessageType.Invocation:
        this.send(jsonRpcEncoding.writeMessage(message));
        break;
      case MessageType.Completion:
        this.#answer(message.invocationId, jsonRpcEncoding.writeMessage(message));
        break;
      // What JSON-RPC has no form for; of these, nothing is lost that the client could have made use of.
      case MessageType.StreamItem:
      case MessageType.StreamInvocation:
      case MessageType.CancelInvocation:
      case MessageType.Close:
      case MessageType.Ping:
      case MessageType.Ack:
      case MessageType.Sequence:
    }
  }

  override deliver(message: SerializedMessage): void {
    const encoding = this.events.encodingOf(message.target);
    if (encoding !== undefined) this.send(message.payloadFor(encoding));
  }

  override send(frame: Frame): boolean {
    this.#diagnostics.messageSent();
    return super.send(frame);
  }

  /** What went wrong is told as an error of no call in particular, and whether to come back by how it closes. */
  override close({ error, allowReconnect }: CloseMessage): void {
    if (error !== undefined) this.send(writeFailure(nullId, 'internal'));
    this.connection.close({ goingAway: allowReconnect === true });
  }

  /**
   * Clients need not say anything for as long as they like, so they are asked for a sign of life, whatever is sent to
   * them: they answer nothing else. Silence counts only where the transport can ask.
   */
  override checkKeepAlive(now: number): KeepAliveVerdict {
    const verdict = super.checkKeepAlive(now);
    if (verdict === 'timeout' && this.#wasAsked) return verdict;
    if (now >= this.#pingAt) {
      this.#pingAt = now + this.#pingIntervalMs;
      this.#wasAsked = this.connection.ping?.() === true;
    }
    return 'quiet';
  }

  #answer(invocationId: string, answer: string): void {
    if (this.#batches?.take(invocationId, answer) !== true) this.send(answer);
  }
}
