import { maximumTextLength } from '../../server/limits.ts';
import { requiredElement } from '../required-element.ts';

/** How often others are told that one is still typing, and after what pause that one is not, in milliseconds. */
const repeatAfterMs = 2_500;
const pauseMs = 4_000;
/** From how many characters left on they are counted. */
const countFrom = 100;

export interface ComposerEvents {
  /** Rejects when the text cannot be sent; it then stays where it is. */
  onSend(text: string): Promise<void>;
  onTyping(isTyping: boolean): void;
}

/** Where a message is written. */
export class Composer {
  readonly #form = requiredElement('composer', HTMLFormElement);
  readonly #text = requiredElement('text', HTMLTextAreaElement);
  readonly #send = requiredElement('send', HTMLButtonElement);
  readonly #left = requiredElement('text-left', HTMLElement);
  readonly #events: ComposerEvents;
  #isEnabled = false;
  #toldAt: number | undefined;
  #pauseTimer = 0;

  constructor(events: ComposerEvents) {
    this.#events = events;
    this.#text.maxLength = maximumTextLength;
    this.#text.addEventListener('input', () => this.#onInput());
    this.#text.addEventListener('keydown', (event) => this.#onKey(event));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** While it is not enabled one can write, but not send. */
  set isEnabled(isEnabled: boolean) {
    this.#isEnabled = isEnabled;
    this.#toldAt = undefined;
    this.#update();
  }

  focus(): void {
    this.#text.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #onInput(): void {
    this.#update();
    window.clearTimeout(this.#pauseTimer);
    if (this.#text.value.trim() === '') {
      this.#stopTyping();
      return;
    }
    this.#pauseTimer = window.setTimeout(() => this.#stopTyping(), pauseMs);
    const now = performance.now();
    if (!this.#isEnabled || (this.#toldAt !== undefined && now - this.#toldAt < repeatAfterMs)) return;
    this.#toldAt = now;
    this.#events.onTyping(true);
  }

  #stopTyping(): void {
    window.clearTimeout(this.#pauseTimer);
    if (this.#toldAt !== undefined) this.#events.onTyping(false);
    this.#toldAt = undefined;
  }

  async #submit(): Promise<void> {
    const text = this.#text.value;
    if (!this.#isEnabled || text.trim() === '') return;
    this.#stopTyping();
    this.#text.value = '';
    this.#update();
    try {
      await this.#events.onSend(text);
    } catch {
      // What was written meanwhile is kept too.
      this.#text.value = [text, this.#text.value].filter((part) => part !== '').join('\n');
      this.#update();
    }
  }

  #update(): void {
    const left = maximumTextLength - this.#text.value.length;
    this.#left.textContent = left < countFrom ? `${left} left` : '';
    this.#send.disabled = !this.#isEnabled || this.#text.value.trim() === '';
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight + this.#text.offsetHeight - this.#text.clientHeight}px`;
  }
}
