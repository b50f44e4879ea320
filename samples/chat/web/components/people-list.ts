import type { PresentPerson } from '../../server/chat-client.ts';
import { requiredElement } from '../required-element.ts';
import { transportLabel } from '../transport-label.ts';
import { avatar } from './avatar.ts';

/** Who is here, and over what. */
export class PeopleList {
  readonly #list = requiredElement('people', HTMLUListElement);
  readonly #count = requiredElement('people-count', HTMLElement);
  readonly #empty = requiredElement('people-empty', HTMLElement);

  show(people: readonly PresentPerson[], myId: string | undefined): void {
    // Oneself first, then in the order in which they came.
    const sorted = people.toSorted((one, other) => Number(other.id === myId) - Number(one.id === myId));
    this.#count.textContent = String(people.length);
    this.#empty.hidden = people.length > 0;
    this.#list.replaceChildren(...sorted.map((person) => personItem(person, person.id === myId)));
  }
}

function personItem(person: PresentPerson, isMe: boolean): HTMLElement {
  const name = document.createElement('bdi');
  name.className = 'person-name';
  name.textContent = person.name;
  const you = document.createElement('span');
  you.className = 'person-you';
  you.textContent = isMe ? ' (you)' : '';
  const line = document.createElement('span');
  line.className = 'person-line';
  line.append(name, you);
  const transport = document.createElement('span');
  transport.className = 'person-transport';
  transport.textContent = transportLabel(person.transport);
  const text = document.createElement('span');
  text.className = 'person-text';
  text.append(line, transport);
  const item = document.createElement('li');
  item.className = 'person';
  item.append(avatar(person), text);
  return item;
}
