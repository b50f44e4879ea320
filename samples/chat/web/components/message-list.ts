import type { ChatMessage } from '../../server/chat-client.ts';
import { requiredElement } from '../required-element.ts';
import { messageItem, markContinued } from './message-item.ts';

/** Messages in the page; the oldest go first. */
const maximumShown = 500;
/** How far from its end the list still counts as read to the end, in pixels. */
const endTolerance = 48;

/** The conversation, in the order of the message ids. It follows new messages while its end is in view. */
export class MessageList {
  readonly #log = requiredElement('log', HTMLElement);
  readonly #list = requiredElement('messages', HTMLOListElement);
  readonly #empty = requiredElement('empty', HTMLElement);
  readonly #jump = requiredElement('jump', HTMLButtonElement);
  #followsEnd = true;

  constructor() {
    this.#log.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.#jump.addEventListener('click', () => this.scrollToEnd());
    new ResizeObserver(() => {
      if (this.#followsEnd) this.scrollToEnd();
    }).observe(this.#log);
  }

  /** Screen readers stay silent while what was said before comes in. */
  set isLoading(isLoading: boolean) {
    this.#log.ariaBusy = String(isLoading);
    this.#empty.hidden = isLoading || this.#list.childElementCount > 0;
  }

  /** Does nothing with a message that is there already. */
  add(message: ChatMessage, isMine: boolean): void {
    const before = this.#lastUpTo(message.id);
    if (before?.dataset['id'] === String(message.id)) return;
    const item = messageItem(message, isMine);
    if (before === null) this.#list.prepend(item);
    else before.after(item);
    markContinued(item);
    if (item.nextElementSibling instanceof HTMLElement) markContinued(item.nextElementSibling);
    this.#trim();
    this.#empty.hidden = true;
    if (this.#followsEnd || isMine) this.scrollToEnd();
    else this.#jump.hidden = false;
  }

  scrollToEnd(): void {
    this.#followsEnd = true;
    this.#jump.hidden = true;
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #lastUpTo(id: number): HTMLElement | null {
    let item = this.#list.lastElementChild as HTMLElement | null;
    while (item !== null && Number(item.dataset['id']) > id) item = item.previousElementSibling as HTMLElement | null;
    return item;
  }

  #onScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    this.#followsEnd = scrollHeight - scrollTop - clientHeight < endTolerance;
    if (this.#followsEnd) this.#jump.hidden = true;
  }

  #trim(): void {
    while (this.#list.childElementCount > maximumShown) this.#list.firstElementChild?.remove();
  }
}
