/** Which connection is in which group, indexed both ways so that neither a send nor a disconnect scans. */
export class GroupStore<TMember> {
  readonly #members = new Map<string, Set<TMember>>();
  readonly #groups = new Map<TMember, Set<string>>();

  add(group: string, member: TMember): void {
    insert(this.#members, group, member);
    insert(this.#groups, member, group);
  }

  remove(group: string, member: TMember): void {
    erase(this.#members, group, member);
    erase(this.#groups, member, group);
  }

  removeMember(member: TMember): void {
    for (const group of this.#groups.get(member) ?? []) erase(this.#members, group, member);
    this.#groups.delete(member);
  }

  membersOf(group: string): ReadonlySet<TMember> {
    return this.#members.get(group) ?? nobody;
  }

  groupsOf(member: TMember): ReadonlySet<string> {
    return this.#groups.get(member) ?? nobody;
  }

  /** How many groups have members. */
  get size(): number {
    return this.#members.size;
  }

  /** The groups that have members. */
  get names(): IterableIterator<string> {
    return this.#members.keys();
  }
}

const nobody: ReadonlySet<never> = new Set();

function insert<TKey, TValue>(map: Map<TKey, Set<TValue>>, key: TKey, value: TValue): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

function erase<TKey, TValue>(map: Map<TKey, Set<TValue>>, key: TKey, value: TValue): void {
  const values = map.get(key);
  if (values?.delete(value) === true && values.size === 0) map.delete(key);
}
