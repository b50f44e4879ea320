import { MessageType, type CloseMessage, type CompletionMessage, type HubMessage } from '@hubwire/hub-protocol';
import { jsonRpcEncoding, nullId, writeFailure, type HubMessageEncoding } from '@hubwire/hub-protocol/json-rpc';
import type { KeepAliveVerdict } from '@hubwire/hub-protocol/peer';
import type { ResolvedJsonRpcOptions } from '../json-rpc-options.ts';
import { HubConnectionContext, type HubConnectionParts } from './hub-connection-context.ts';
import { JsonRpcBatches, type JsonRpcBatch } from './json-rpc-batches.ts';
import { JsonRpcEvents } from './json-rpc-events.ts';

/** A connection that speaks JSON-RPC: every message is a frame of its own, and it has no pings of its own. */
export class JsonRpcConnectionContext extends HubConnectionContext {
  readonly events: JsonRpcEvents;
  readonly #maximumHeldBytes: number;
  readonly #pingIntervalMs: number;
  #pingAt: number;
  #wasAsked = false;
  #batches: JsonRpcBatches | undefined;

  constructor(parts: Omit<HubConnectionParts, 'protocol'>, { maximumSubscriptions }: ResolvedJsonRpcOptions) {
    super({ ...parts, protocol: jsonRpcEncoding, isMessageFrame: true });
    const { diagnostics: told } = parts.environment;
    this.events = new JsonRpcEvents(maximumSubscriptions, () =>
      told.limitReached('maximumSubscriptions', this.connectionId),
    );
    const { keepAlive, sweeper } = parts.environment;
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
        this.writePayload(jsonRpcEncoding.writeMessage(message), message);
        break;
      case MessageType.Completion:
        this.#answer(message, jsonRpcEncoding.writeMessage(message));
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

  /** Queues an answer that no hub message stands for. */
  send(answer: string): void {
    this.writePayload(answer);
  }

  /** What went wrong is told as an error of no call in particular, and whether to come back by how it closes. */
  override close({ error, allowReconnect }: CloseMessage): void {
    if (error !== undefined) this.send(writeFailure(nullId, 'internal'));
    this.closeConnection({ goingAway: allowReconnect === true });
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

  protected override encodingOf(target: string): HubMessageEncoding | undefined {
    return this.events.encodingOf(target);
  }

  #answer(message: CompletionMessage, answer: string): void {
    if (this.#batches?.take(message.invocationId, answer) !== true) this.writePayload(answer, message);
  }
}
