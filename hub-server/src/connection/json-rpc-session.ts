import { MessageType } from '@hubwire/hub-protocol';
import {
  invocationIdOf,
  nullId,
  writeFailure,
  writeResult,
  type JsonRpcEntry,
  type JsonRpcParameters,
  type JsonRpcReader,
} from '@hubwire/hub-protocol/json-rpc';
import type { Connection, Frame } from '@hubwire/transports';
import type { ServerConnection } from '@hubwire/transports/server';
import type { HubDispatcher } from '../dispatch/hub-dispatcher.ts';
import type { HubDiagnostics } from '../observability/hub-diagnostics.ts';
import type { JsonRpcBatch } from './json-rpc-batches.ts';
import type { JsonRpcConnectionContext } from './json-rpc-connection-context.ts';

/**
 * Whether the first frame of a connection begins JSON-RPC: one opened without negotiate keeps frames apart, every
 * SignalR handshake has 0x1E in it, and no JSON text may.
 */
export function beginsJsonRpc(connection: Connection | ServerConnection, frame: Frame): boolean {
  if (!('isBare' in connection) || !connection.isBare) return false;
  return typeof frame === 'string' ? !frame.includes('\u001E') : !frame.includes(0x1e);
}

export interface JsonRpcSessionOptions {
  readonly context: JsonRpcConnectionContext;
  readonly reader: JsonRpcReader;
  readonly dispatcher: HubDispatcher;
  readonly diagnostics: HubDiagnostics;
  /** Not open when the connection is closing: what comes then is not looked at. */
  readonly owner: { readonly isOpen: boolean };
}

/** Reads what a JSON-RPC client says. Whatever it is, the worst that comes of it is an error answer. */
export class JsonRpcSession {
  readonly #options: JsonRpcSessionOptions;
  #calls = 0;

  constructor(options: JsonRpcSessionOptions) {
    this.#options = options;
  }

  /** Each frame is one message or one batch. */
  read(frame: Frame): void {
    const { context, reader } = this.#options;
    const read = reader.read(frame);
    switch (read.kind) {
      case 'single':
        this.#take(read.entry);
        break;
      case 'batch': {
        const batch = context.beginBatch();
        for (const entry of read.entries) this.#take(entry, batch);
        batch.end();
        break;
      }
      case 'refused':
        if (read.limit !== undefined) this.#options.diagnostics.limitReached(read.limit, context.connectionId);
        context.send(writeFailure(nullId, read.refusal, read.detail));
    }
  }

  #take(entry: JsonRpcEntry, batch?: JsonRpcBatch): void {
    const { context, diagnostics, owner } = this.#options;
    if (!owner.isOpen) return;
    diagnostics.messageReceived();
    switch (entry.kind) {
      case 'call':
        if (entry.method.startsWith('rpc.')) this.#callReserved(entry, batch);
        else this.#call(entry, batch);
        break;
      case 'answer':
        context.completed({ type: MessageType.Completion, invocationId: entry.id, outcome: entry.outcome });
        break;
      case 'invalid':
        this.#answer(writeFailure(entry.id, 'invalidRequest', entry.detail), batch);
        break;
      case 'stray':
    }
  }

  #call({ id, method, parameters }: JsonRpcCall, batch: JsonRpcBatch | undefined): void {
    const { context, dispatcher } = this.#options;
    const message = { type: MessageType.Invocation, target: method, ...this.#identify(id, batch) };
    if (isByPosition(parameters)) dispatcher.dispatch(context, { ...message, arguments: parameters });
    else dispatcher.dispatchNamed(context, { ...message, arguments: [] }, parameters);
  }

  /** An id of its own for every call, so that it does not matter which ones the client gives. */
  #identify(id: string | undefined, batch: JsonRpcBatch | undefined): { readonly invocationId?: string } {
    if (id === undefined) return {};
    this.#calls += 1;
    const invocationId = invocationIdOf(this.#calls, id);
    batch?.expect(invocationId);
    return { invocationId };
  }

  /** Names that begin with `rpc.` never reach the hub. JSON-RPC 2.0, section 8. */
  #callReserved({ id, method, parameters }: JsonRpcCall, batch: JsonRpcBatch | undefined): void {
    const { events } = this.#options.context;
    const answer = (text: string): void => (id === undefined ? undefined : this.#answer(text, batch));
    if (method !== 'rpc.on' && method !== 'rpc.off') answer(writeFailure(id ?? nullId, 'unknownMethod'));
    else if (!isNames(parameters)) answer(writeFailure(id ?? nullId, 'invalidArguments'));
    else {
      const results = method === 'rpc.on' ? events.subscribe(parameters) : events.unsubscribe(parameters);
      answer(writeResult(id ?? nullId, results));
    }
  }

  #answer(text: string, batch: JsonRpcBatch | undefined): void {
    if (batch === undefined) this.#options.context.send(text);
    else batch.add(text);
  }
}

type JsonRpcCall = Extract<JsonRpcEntry, { readonly kind: 'call' }>;

function isByPosition(parameters: JsonRpcParameters): parameters is readonly unknown[] {
  return Array.isArray(parameters);
}

function isNames(parameters: JsonRpcParameters): parameters is readonly string[] {
  return isByPosition(parameters) && parameters.length > 0 && parameters.every((name) => typeof name === 'string');
}
