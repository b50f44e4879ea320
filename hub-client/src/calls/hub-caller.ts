import type { CallGate } from './call-gate.ts';
import type { HubCall, HubCallOptions } from './call-options.ts';
import type { ClientState } from '../connection/connection-lifecycle.ts';
import { HubClientError, toError } from '../errors.ts';
import type { HubCalls } from './hub-call-types.ts';
import { invokeOn, sendOn, streamOn } from './hub-calls.ts';
import type { HubClientSettings } from '../hub-client-options.ts';
import { createHubProxy } from './hub-proxy.ts';
import type { HubSession } from '../connection/hub-session.ts';
import { ReadingGate } from '../connection/reading-gate.ts';
import { HubStream } from './hub-stream.ts';

interface OutgoingCall {
  start(session: HubSession, call: HubCall): void;
  fail(error: Error): void;
}

/** Leads calls to the session there is, to the one that is being made, or back to the caller. */
export class HubCaller {
  readonly #settings: HubClientSettings;
  readonly #gate: CallGate;
  readonly #state: () => ClientState;
  readonly #reading: ReadingGate;

  constructor(settings: HubClientSettings, gate: CallGate, state: () => ClientState) {
    this.#settings = settings;
    this.#gate = gate;
    this.#state = state;
    this.#reading = new ReadingGate(settings.clock);
  }

  /** Both forms of the three kinds of call; `owner` is what `this` is in code that calls them by `apply`. */
  calls<THub>(owner: object, options: HubCallOptions): HubCalls<THub> {
    const proxy = (make: (call: HubCall) => unknown): unknown =>
      createHubProxy((target, ...args) => make({ target, args, options }), owner);
    return {
      invoke: proxy((call) => this.#invoke(call)),
      send: proxy((call) => this.#send(call)),
      stream: proxy((call) => this.#stream(call)),
    } as HubCalls<THub>;
  }

  onTransition(state: ClientState): void {
    this.#reading.connect(state.name === 'connected' ? state.session : undefined);
    if (state.name === 'connected') this.#gate.open(state.session);
    if (state.name === 'disconnecting' || state.name === 'disconnected') {
      this.#gate.failAll(new HubClientError('HUB_CLIENT_NOT_CONNECTED'));
    }
  }

  #invoke(call: HubCall): Promise<unknown> {
    const leave = this.#reading.beginWait();
    const result = new Promise((resolve, reject) => {
      this.#lead(call, { start: (session, call) => resolve(invokeOn(session, call)), fail: reject });
    });
    return result.finally(leave);
  }

  #send(call: HubCall): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#lead(call, { start: (session, call) => resolve(sendOn(session, call)), fail: reject });
    });
  }

  #stream(call: HubCall): HubStream<unknown> {
    let cancel = (): void => {};
    const stream = new HubStream<unknown>({ ...this.#settings, gate: this.#reading, cancel: () => cancel() });
    const leave = this.#lead(call, {
      start: (session, call) => (cancel = streamOn(session, call, stream)),
      fail: (error) => stream.end(error),
    });
    if (leave !== undefined) cancel = leave;
    return stream;
  }

  /** Returns what takes the call back when it has to wait. */
  #lead(call: HubCall, outgoing: OutgoingCall): (() => void) | undefined {
    const state = this.#state();
    const { signal } = call.options;
    if (signal?.aborted === true) {
      outgoing.fail(toError(signal.reason));
      return undefined;
    }
    if (state.name === 'connected') {
      outgoing.start(state.session, call);
      return undefined;
    }
    const isComing = state.name === 'connecting' || state.name === 'reconnecting';
    if (isComing && this.#settings.whileReconnecting === 'queue') return this.#gate.wait(call, outgoing);
    outgoing.fail(new HubClientError('HUB_CLIENT_NOT_CONNECTED'));
    return undefined;
  }
}
