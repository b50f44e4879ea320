import { HubException } from '@hubwire/hub-server';
import { injectable } from 'inversify';
import type { PresentPerson } from './chat-client.ts';

/** Who is here, by connection. */
@injectable()
export class Presence {
  readonly #people = new Map<string, PresentPerson>();

  /** In the order in which they came; someone with several connections is here once. */
  get people(): readonly PresentPerson[] {
    return [...new Map([...this.#people.values()].map((person) => [person.id, person])).values()];
  }

  find(connectionId: string): PresentPerson | undefined {
    return this.#people.get(connectionId);
  }

  /** @throws HubException when somebody else has the name */
  arrive(connectionId: string, person: PresentPerson): void {
    const isTaken = this.people.some((other) => other.id !== person.id && isSameName(other.name, person.name));
    if (isTaken) throw new HubException(`Somebody called ${person.name} is here already.`);
    this.#people.set(connectionId, person);
  }

  /** `false` when the connection had not joined. */
  leave(connectionId: string): boolean {
    return this.#people.delete(connectionId);
  }
}

function isSameName(one: string, other: string): boolean {
  return one.localeCompare(other, 'en', { sensitivity: 'base' }) === 0;
}
