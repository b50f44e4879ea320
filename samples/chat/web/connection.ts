import {
  createHubConnection,
  exponentialBackoff,
  type ConnectionStatus,
  type HubConnection,
} from '@hubwire/hub-client';
import type { ChatClient, Person } from '../server/chat-client.ts';
import type { ChatHub } from '../server/chat-hub.ts';
import type { Guest } from './guest.ts';

/** What may carry the connection. */
export type TransportChoice = 'Automatic' | 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

/** What the page wants to know of the chat, beside what the hub itself calls. */
export interface ChatEvents extends ChatClient {
  statusChanged(status: ConnectionStatus): void;
  /** After the first time, and after each reconnection. */
  joined(me: Person): void;
  /** All that was missed has been received. */
  caughtUp(): void;
  /** The server does not take the name, or takes it no longer. */
  refused(error: unknown): void;
  failed(error: unknown): void;
}

type ChatHubConnection = HubConnection<ChatHub>;

/** The connection to the chat: made anew when it is lost, or when another transport is wanted. */
export class ChatConnection {
  readonly #guest: Guest;
  readonly #events: ChatEvents;
  #hub: ChatHubConnection | undefined;
  #lastMessageId = 0;

  constructor(guest: Guest, events: ChatEvents) {
    this.#guest = guest;
    this.#events = events;
  }

  /** Connects over `choice`, in place of the connection that there is. */
  async connect(choice: TransportChoice): Promise<void> {
    const previous = this.#hub;
    const hub = createHubConnection<ChatHub>('/chat', {
      ...(choice !== 'Automatic' && { transports: [choice] }),
      reconnect: exponentialBackoff({ maximumDelayMs: 5_000 }),
    });
    this.#hub = hub;
    this.#listen(hub);
    void this.#follow(hub);
    await previous?.stop();
    // A failure is told as a status.
    if (hub === this.#hub) await hub.start().catch(() => {});
  }

  /** Enters the room as the guest, and fetches what was said since the last message that was received. */
  async join(hub = this.#hub): Promise<void> {
    if (hub === undefined || this.#guest.name === '') return;
    // A connection that is lost meanwhile joins again when it is back.
    const isWorking = (): boolean => hub === this.#hub && hub.state === 'Connected';
    try {
      this.#events.joined(await hub.invoke.join(this.#guest.name, this.#guest.key));
    } catch (error) {
      if (isWorking()) this.#events.refused(error);
      return;
    }
    try {
      await this.#catchUp(hub);
    } catch (error) {
      if (isWorking()) this.#events.failed(error);
    }
  }

  /** Rejects with the server's own words when it does not take the text. */
  async say(text: string): Promise<void> {
    await this.#hub?.invoke.send(text);
  }

  typing(isTyping: boolean): void {
    if (this.#hub?.state === 'Connected') this.#hub.send.typing(isTyping).catch(() => {});
  }

  async #catchUp(hub: ChatHubConnection): Promise<void> {
    for await (const page of hub.stream.history(this.#lastMessageId)) {
      for (const message of page) this.#receive(message);
    }
    this.#events.caughtUp();
  }

  #listen(hub: ChatHubConnection): void {
    hub.on('messageReceived', (message) => this.#receive(message));
    hub.on('presenceChanged', (people) => this.#events.presenceChanged(people));
    hub.on('typingChanged', (person, isTyping) => this.#events.typingChanged(person, isTyping));
  }

  async #follow(hub: ChatHubConnection): Promise<void> {
    for await (const status of hub.status()) {
      if (hub !== this.#hub) return;
      this.#events.statusChanged(status);
      if (status.name === 'connected') void this.join(hub);
    }
  }

  #receive(message: Parameters<ChatClient['messageReceived']>[0]): void {
    this.#lastMessageId = Math.max(this.#lastMessageId, message.id);
    this.#events.messageReceived(message);
  }
}
