import { requiredElement } from '../required-element.ts';

/** Says what went wrong, until it is dismissed or something goes right. */
export class Notice {
  readonly #element = requiredElement('notice', HTMLElement);
  readonly #text = requiredElement('notice-text', HTMLElement);

  constructor() {
    requiredElement('notice-close', HTMLButtonElement).addEventListener('click', () => this.clear());
  }

  show(text: string): void {
    this.#text.textContent = text;
    this.#element.hidden = false;
  }

  clear(): void {
    this.#element.hidden = true;
    this.#text.textContent = '';
  }
}
