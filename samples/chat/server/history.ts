import { injectable } from 'inversify';
import type { ChatMessage, Person } from './chat-client.ts';

/** Messages that are remembered; the oldest go first. */
const capacity = 500;
const pageSize = 50;

/** What was said. */
@injectable()
export class History {
  readonly #messages: ChatMessage[] = [];
  // Ids go on growing when the server starts anew, so that clients which come back ask for what is new to them.
  #lastId = Date.now();

  append({ id, name }: Person, text: string): ChatMessage {
    this.#lastId += 1;
    const message = { id: this.#lastId, author: { id, name }, text, sentAt: Date.now() };
    this.#messages.push(message);
    if (this.#messages.length > capacity) this.#messages.shift();
    return message;
  }

  /** Oldest first; also what is appended while the pages are read. */
  *pagesAfter(id: number): Generator<readonly ChatMessage[]> {
    for (let page = this.#pageAfter(id); page.length > 0; page = this.#pageAfter(page.at(-1)?.id ?? id)) yield page;
  }

  #pageAfter(id: number): readonly ChatMessage[] {
    return this.#messages.filter((message) => message.id > id).slice(0, pageSize);
  }
}
