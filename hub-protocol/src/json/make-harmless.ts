/**
 * Walks through what `JSON.parse` has made and deletes every own `__proto__`: it would change the prototype of the object
 * that somebody copies it to, key by key. `false` when more than `levels` arrays and objects lie within one another; the
 * value is then to be thrown away.
 */
export function makeHarmless(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Array.isArray(value) ? areHarmless(value, levels - 1) : cleanMembers(value, levels - 1);
}

function areHarmless(items: readonly unknown[], levels: number): boolean {
  // By index: an iterator is slow once it has met arrays of numbers, of objects and of both.
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item === 'object' && !makeHarmless(item, levels)) return false;
  }
  return true;
}

function cleanMembers(value: object, levels: number): boolean {
  const members = value as Record<string, unknown>;
  // Parsed objects inherit nothing that this loop would meet, and it makes no list of the keys.
  for (const key in members) {
    if (key === '__proto__') {
      delete members[key];
      continue;
    }
    const member = members[key];
    if (typeof member === 'object' && !makeHarmless(member, levels)) return false;
  }
  return true;
}
