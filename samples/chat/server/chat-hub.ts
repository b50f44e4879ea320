import { Hub, HubException, hubMethod } from '@hubwire/hub-server';
import { inject, injectable } from 'inversify';
import type { ChatClient, ChatMessage, Person } from './chat-client.ts';
import { checkFlag, checkText } from './checks.ts';
import { guestOf } from './guest.ts';
import { History } from './history.ts';
import { Presence } from './presence.ts';

/** Everyone who joined. */
const room = 'lobby';

/** One room in which everybody hears everybody. */
@injectable()
export class ChatHub extends Hub<ChatClient> {
  readonly #history: History;
  readonly #presence: Presence;

  constructor(@inject(History) history: History, @inject(Presence) presence: Presence) {
    super();
    this.#history = history;
    this.#presence = presence;
  }

  override async onConnected(): Promise<void> {
    await this.clients.caller.presenceChanged(this.#presence.people);
  }

  override async onDisconnected(): Promise<void> {
    if (this.#presence.leave(this.context.connectionId)) await this.#announcePresence();
  }

  /**
   * Enters the room under a name that nobody else in it has. `guestKey` is the caller's secret: whoever comes back with
   * it, after a reconnection say, is the same person.
   */
  @hubMethod()
  async join(name: string, guestKey: string): Promise<Person> {
    const { connectionId, transport } = this.context;
    const person = guestOf(name, guestKey);
    this.#presence.arrive(connectionId, { ...person, transport });
    await this.groups.add(connectionId, room);
    await this.#announcePresence();
    return person;
  }

  @hubMethod()
  async send(text: string): Promise<void> {
    const message = this.#history.append(this.#caller(), checkText(text));
    await this.clients.group(room).messageReceived(message);
  }

  @hubMethod()
  async typing(isTyping: boolean): Promise<void> {
    await this.clients.othersInGroup(room).typingChanged(this.#caller(), checkFlag(isTyping));
  }

  /** Streams, in pages, what was said since the message `after`; 0 is all that is remembered. */
  @hubMethod()
  async *history(after: number): AsyncGenerator<readonly ChatMessage[]> {
    this.#caller();
    yield* this.#history.pagesAfter(after);
  }

  /** Throws when the caller has not joined. */
  #caller(): Person {
    const person = this.#presence.find(this.context.connectionId);
    if (person === undefined) throw new HubException('Join first.');
    return person;
  }

  async #announcePresence(): Promise<void> {
    await this.clients.all.presenceChanged(this.#presence.people);
  }
}
