import type { Person, PresentPerson } from '../../server/chat-client.ts';
import { requiredElement } from '../required-element.ts';

/** Whoever is not heard of for so long stopped typing, in milliseconds. */
const expiresAfterMs = 6_000;

/** Who is typing. */
export class TypingLine {
  readonly #line = requiredElement('typing', HTMLElement);
  readonly #typing = new Map<string, { readonly name: string; readonly timer: number }>();

  set({ id, name }: Person, isTyping: boolean): void {
    this.#forget(id);
    if (isTyping) {
      const timer = window.setTimeout(() => this.set({ id, name }, false), expiresAfterMs);
      this.#typing.set(id, { name, timer });
    }
    this.#show();
  }

  /** Forgets those who left. */
  keepOnly(people: readonly PresentPerson[]): void {
    const here = new Set(people.map(({ id }) => id));
    for (const id of this.#typing.keys()) if (!here.has(id)) this.#forget(id);
    this.#show();
  }

  #forget(id: string): void {
    window.clearTimeout(this.#typing.get(id)?.timer);
    this.#typing.delete(id);
  }

  #show(): void {
    const names = [...this.#typing.values()].map(({ name }) => name);
    this.#line.textContent = sentence(names);
    this.#line.classList.toggle('typing-active', names.length > 0);
  }
}

function sentence(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return '';
  if (second === undefined) return `${first} is typing…`;
  return names.length === 2 ? `${first} and ${second} are typing…` : 'Several people are typing…';
}
