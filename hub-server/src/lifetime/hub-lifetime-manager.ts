import { MessageType } from '@hubwire/hub-protocol';
import type { Logger } from '@hubwire/transports';
import type { Audience } from '../backplane/audience.ts';
import type { Backplane } from '../backplane/backplane.ts';
import type { Envelope } from '../backplane/envelope.ts';
import { HubServerError } from '../errors.ts';
import { ConnectionStore } from './connection-store.ts';
import { refusalOfGroup, type GroupLimits } from './group-limits.ts';
import { GroupStore } from './group-store.ts';
import { allQueued } from './all-queued.ts';
import type { ClientCallOptions, HubPeer, PendingDelivery } from './hub-peer.ts';
import { askOutboundFilter, type OutboundFilter } from './outbound-filter.ts';
import { SerializedMessage } from './serialized-message.ts';

export interface HubLifetimeOptions {
  /** The same on every node that serves this hub. */
  readonly hubName: string;
  /** How long `invokeAll` waits unless the call says otherwise, in milliseconds. */
  readonly gatherTimeoutMs: number;
  /** Joins this node to others; without it the hub lives in one process. */
  readonly backplane?: Backplane;
  readonly groupLimits: GroupLimits;
  readonly outboundFilter: OutboundFilter | undefined;
  readonly logger: Logger;
}

const done = Promise.resolve();
const nobodyWaits: readonly PendingDelivery[] = [];

/**
 * Owns the connections and groups of one hub in this process and delivers to audiences: at once to those of this
 * process, through the backplane to the others.
 */
export class HubLifetimeManager {
  readonly connections = new ConnectionStore();
  readonly groups = new GroupStore<HubPeer>();
  readonly #nodeId = crypto.randomUUID();
  readonly #options: HubLifetimeOptions;
  #unsubscribe: () => void = () => {};

  constructor(options: HubLifetimeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { backplane, hubName } = this.#options;
    if (backplane === undefined) return;
    this.#unsubscribe = await backplane.subscribe(hubName, (envelope) => this.#receive(envelope));
  }

  stop(): void {
    this.#unsubscribe();
  }

  connected(peer: HubPeer): void {
    this.connections.add(peer);
  }

  disconnected(peer: HubPeer): void {
    this.connections.remove(peer);
    this.groups.removeMember(peer);
  }

  /**
   * Rejects when an argument cannot be encoded; nobody got anything then. With the policy `wait` it resolves when every
   * connection of this process has room, and rejects when the options say so first.
   */
  send(audience: Audience, target: string, call: ClientCall): Promise<void> {
    const { signal, slowConsumer } = call.options;
    const invocation = { audience, target, arguments: call.arguments, ...(slowConsumer && { slowConsumer }) };
    let waiting: readonly PendingDelivery[];
    try {
      signal?.throwIfAborted();
      waiting = this.#deliver(invocation);
    } catch (error) {
      return Promise.reject(error);
    }
    const published = this.#isLocal(audience) ? done : this.#publish({ kind: 'invocation', ...invocation });
    if (waiting.length === 0) return published;
    return Promise.all([published, allQueued(waiting, call.options)]).then(() => {});
  }

  invoke(connectionId: string, target: string, call: ClientCall): Promise<unknown> {
    const peer = this.connections.find(connectionId);
    if (peer !== undefined) return this.#invokePeer(peer, target, call);
    const detail = `Connection '${connectionId}' does not exist.`;
    return Promise.reject(new HubServerError('HUB_CLIENT_RESULT_FAILED', detail));
  }

  /** Calls every connection of the audience in this process and gives what became of each call; never rejects. */
  invokeAll(audience: Audience, target: string, call: ClientCall): Promise<readonly ClientOutcome[]> {
    const { gatherTimeoutMs } = this.#options;
    const limited = { ...call, options: { timeoutMs: gatherTimeoutMs, ...call.options } };
    return Promise.all(
      Array.from(this.#localMembers(audience), async (peer): Promise<ClientOutcome> => {
        const { connectionId } = peer;
        try {
          const value = await this.#invokePeer(peer, target, limited);
          return { connectionId, status: 'fulfilled', value };
        } catch (reason) {
          return { connectionId, status: 'rejected', reason };
        }
      }),
    );
  }

  /** Rejects with `HUB_INVALID_GROUP` or `HUB_TOO_MANY_GROUPS`; what another process refuses is logged there. */
  addToGroup(connectionId: string, group: string): Promise<void> {
    const peer = this.connections.find(connectionId);
    const refusal = this.#refusalOfGroup(group, peer);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (peer === undefined) return this.#publish({ kind: 'join', group, connectionId });
    this.groups.add(group, peer);
    return done;
  }

  removeFromGroup(connectionId: string, group: string): Promise<void> {
    const peer = this.connections.find(connectionId);
    if (peer === undefined) return this.#publish({ kind: 'leave', group, connectionId });
    this.groups.remove(group, peer);
    return done;
  }

  /** Gives it to those of the audience who are here; what it returns is still to be queued. */
  #deliver({ audience, target, arguments: args, slowConsumer }: SentInvocation): readonly PendingDelivery[] {
    const message = new SerializedMessage({ type: MessageType.Invocation, target, arguments: args }, slowConsumer);
    let waiting: PendingDelivery[] | undefined;
    for (const peer of this.#localMembers(audience)) {
      const verdict = this.#filter(peer, target, args);
      if (verdict === false) continue;
      const own = verdict === true ? message : message.withArguments(verdict);
      const delivery = peer.deliver(own);
      if (delivery !== undefined) (waiting ??= []).push(delivery);
    }
    return waiting ?? nobodyWaits;
  }

  #invokePeer(peer: HubPeer, target: string, call: ClientCall): Promise<unknown> {
    const verdict = this.#filter(peer, target, call.arguments);
    if (verdict !== false) {
      return peer.invokeClient(target, verdict === true ? call.arguments : verdict, call.options);
    }
    const detail = `The outbound filter leaves out connection '${peer.connectionId}'.`;
    return Promise.reject(new HubServerError('HUB_CLIENT_RESULT_FAILED', detail));
  }

  #filter(peer: HubPeer, target: string, args: readonly unknown[]): boolean | readonly unknown[] {
    const { outboundFilter, logger } = this.#options;
    if (outboundFilter === undefined) return true;
    return askOutboundFilter(outboundFilter, { call: { target, arguments: args }, peer, logger });
  }

  #localMembers(audience: Audience): Iterable<HubPeer> {
    switch (audience.kind) {
      case 'all':
        return without(this.connections.all, audience.except);
      case 'connections':
        return audience.connectionIds.flatMap((id) => this.connections.find(id) ?? []);
      case 'groups':
        return without(
          unionOf(audience.groups, (group) => this.groups.membersOf(group)),
          audience.except,
        );
      case 'users':
        return unionOf(audience.userIds, (userId) => this.connections.ofUser(userId));
    }
  }

  #isLocal(audience: Audience): boolean {
    if (this.#options.backplane === undefined) return true;
    return (
      audience.kind === 'connections' && audience.connectionIds.every((id) => this.connections.find(id) !== undefined)
    );
  }

  #join(group: string, peer: HubPeer): void {
    const error = this.#refusalOfGroup(group, peer);
    if (error === undefined) this.groups.add(group, peer);
    else this.#options.logger.log('warning', 'groupRefused', { connectionId: peer.connectionId, error });
  }

  #refusalOfGroup(group: string, peer: HubPeer | undefined): HubServerError | undefined {
    const groups = peer && this.groups.groupsOf(peer);
    return refusalOfGroup({ group, groups, connectionId: peer?.connectionId }, this.#options.groupLimits);
  }

  #publish(envelope: WithoutOrigin<Envelope>): Promise<void> {
    const { backplane, hubName } = this.#options;
    return backplane === undefined ? done : backplane.publish(hubName, { ...envelope, origin: this.#nodeId });
  }

  #receive(envelope: Envelope): void {
    if (envelope.origin === this.#nodeId) return;
    if (envelope.kind === 'invocation') {
      try {
        this.#deliver(envelope);
      } catch (error) {
        this.#options.logger.log('error', 'envelopeNotDelivered', { target: envelope.target, error });
      }
      return;
    }
    const peer = this.connections.find(envelope.connectionId);
    if (peer === undefined) return;
    if (envelope.kind === 'join') this.#join(envelope.group, peer);
    else this.groups.remove(envelope.group, peer);
  }
}

/** What a call of clients carries. */
export interface ClientCall {
  readonly arguments: readonly unknown[];
  readonly options: ClientCallOptions;
}

type SentInvocation = Omit<Extract<Envelope, { readonly kind: 'invocation' }>, 'kind' | 'origin'>;

/** What became of a call of one client among several. */
export type ClientOutcome<TValue = unknown> =
  | { readonly connectionId: string; readonly status: 'fulfilled'; readonly value: TValue }
  | { readonly connectionId: string; readonly status: 'rejected'; readonly reason: unknown };

type WithoutOrigin<T> = T extends unknown ? Omit<T, 'origin'> : never;

function without(peers: Iterable<HubPeer>, except: readonly string[] | undefined): Iterable<HubPeer> {
  if (except === undefined || except.length === 0) return peers;
  return filterOut(peers, new Set(except));
}

function* filterOut(peers: Iterable<HubPeer>, excluded: ReadonlySet<string>): Iterable<HubPeer> {
  for (const peer of peers) if (!excluded.has(peer.connectionId)) yield peer;
}

// A connection in two of the groups gets the message once.
function unionOf(keys: readonly string[], membersOf: (key: string) => ReadonlySet<HubPeer>): Iterable<HubPeer> {
  if (keys.length === 1) return membersOf(keys[0] as string);
  return new Set(keys.flatMap((key) => [...membersOf(key)]));
}
