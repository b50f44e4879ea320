import type { PresentPerson } from '../../server/chat-client.ts';
import { maximumNameLength } from '../../server/limits.ts';
import { requiredElement } from '../required-element.ts';

/** Asks for a name. */
export class JoinDialog {
  readonly #dialog = requiredElement('join', HTMLDialogElement);
  readonly #form = requiredElement('join-form', HTMLFormElement);
  readonly #name = requiredElement('name', HTMLInputElement);
  readonly #button = requiredElement('join-button', HTMLButtonElement);
  readonly #error = requiredElement('join-error', HTMLElement);
  readonly #who = requiredElement('join-who', HTMLElement);

  constructor(onJoin: (name: string) => void) {
    this.#name.maxLength = maximumNameLength;
    // There is nothing to see without a name, so Escape does not close it.
    this.#dialog.addEventListener('cancel', (event) => event.preventDefault());
    this.#name.addEventListener('input', () => this.#showError(''));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const name = this.#name.value.trim();
      if (name === '') {
        this.#showError('Please say how you are called.');
        return;
      }
      this.#button.disabled = true;
      onJoin(name);
    });
  }

  open(name: string, error = ''): void {
    this.#button.disabled = false;
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#name.value = name;
    this.#name.select();
    this.#showError(error);
  }

  close(): void {
    this.#button.disabled = false;
    this.#dialog.close();
  }

  showPeople(people: readonly PresentPerson[]): void {
    const names = people.slice(0, people.length > 2 ? 1 : 2).map(({ name }) => name);
    const others = people.length - names.length;
    if (others > 0) names.push(`${others} others`);
    const list = new Intl.ListFormat('en').format(names);
    this.#who.textContent =
      people.length === 0 ? 'Nobody is here yet.' : `${list} ${people.length === 1 ? 'is' : 'are'} here.`;
  }

  #showError(text: string): void {
    this.#error.textContent = text;
    this.#name.ariaInvalid = String(text !== '');
  }
}
