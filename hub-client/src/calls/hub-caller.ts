import { MessageType } from '@hubwire/hub-protocol';
import { toError } from '@hubwire/hub-protocol/peer';
import { abortReason } from '@hubwire/transports';
import type { ClientState } from '../connection/connection-lifecycle.ts';
import type { HubSession } from '../connection/hub-session.ts';
import { watchLimits } from '../connection/limits.ts';
import { ReadingGate } from '../connection/reading-gate.ts';
import type { HubClientSettings } from '../hub-client-options.ts';
import { CallGate, type GatedCall } from './call-gate.ts';
import type { HubCall, HubCallOptions } from './call-options.ts';
import type { HubCalls } from './hub-call-types.ts';
import { sendOn, startCall } from './hub-calls.ts';
import type { PendingCall } from '../connection/session-contract.ts';
import { createHubProxy } from './hub-proxy.ts';
import { HubStream } from './hub-stream.ts';

type EndCall = PendingCall['end'];

/** Makes a call on a session; returns what cancels it. `end` is called once, unless it is cancelled. */
type StartCall = (session: HubSession, end: EndCall) => () => void;

const nothing = (): void => {};

/** Leads calls to the session there is, to the one that is being made, or back to the caller. */
export class HubCaller {
  readonly #settings: HubClientSettings;
  readonly #gate: CallGate;
  readonly #reading: ReadingGate;

  constructor(settings: HubClientSettings) {
    this.#settings = settings;
    this.#gate = new CallGate(settings);
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
    this.#gate.onTransition(state);
  }

  #invoke(call: HubCall): Promise<unknown> {
    const type = MessageType.Invocation;
    const leave = this.#reading.beginWait();
    return this.#settle(call, (session, end) => startCall(session, call, { type, item: nothing, end })).finally(leave);
  }

  #send(call: HubCall): Promise<unknown> {
    return this.#settle(call, (session, end) => {
      sendOn(session, call).then(() => end(), end);
      return nothing;
    });
  }

  #stream(call: HubCall): HubStream<unknown> {
    const type = MessageType.StreamInvocation;
    let cancel = nothing;
    const stream = new HubStream<unknown>({ ...this.#settings, gate: this.#reading, cancel: () => cancel() });
    const item = (item: unknown): void => stream.push(item);
    const end = (error?: Error): void => stream.end(error);
    cancel = this.#lead(call, (session, end) => startCall(session, call, { type, item, end }), end);
    return stream;
  }

  #settle(call: HubCall, start: StartCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#lead(call, start, (error, result) => (error === undefined ? resolve(result) : reject(error)));
    });
  }

  /** Leads a call to its session, and keeps its limits on the way and there. Returns what cancels it. */
  #lead({ options }: HubCall, start: StartCall, done: EndCall): () => void {
    if (options.signal?.aborted === true) {
      done(toError(abortReason(options.signal)));
      return nothing;
    }
    const end: EndCall = (error, result) => {
      stopWatching();
      done(error, result);
    };
    const waiting: GatedCall = { start: (session) => (takeBack = start(session, end)), fail: end };
    let takeBack = (): void => this.#gate.remove(waiting);
    const stopWatching = watchLimits({ ...options, clock: this.#settings.clock }, (reason) => {
      takeBack();
      end(reason);
    });
    this.#gate.pass(waiting);
    return () => {
      stopWatching();
      takeBack();
    };
  }
}
