/** Somebody who joined. */
export interface Person {
  /** The same for all connections and reconnections of one guest. */
  readonly id: string;
  readonly name: string;
}

/** Somebody who is here now. */
export interface PresentPerson extends Person {
  /** What carries this person's connection, such as `WebSockets`. */
  readonly transport: string;
}

export interface ChatMessage {
  /** Later messages have greater ids. */
  readonly id: number;
  readonly author: Person;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** What the hub calls on its clients. */
export interface ChatClient {
  messageReceived(message: ChatMessage): void;
  presenceChanged(people: readonly PresentPerson[]): void;
  typingChanged(person: Person, isTyping: boolean): void;
}
