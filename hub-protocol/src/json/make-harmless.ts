/**
 * Walks through what `JSON.parse` has made and deletes every own `__proto__`: it would change the prototype of
 * the object that somebody copies it to, key by key. `false` when more than `levels` arrays and objects lie within one
 * another; the value is then to be thrown away. `json`, what it was read from, can spare long lists the walk.
 */
export function makeHarmless(value: unknown, levels: number, json?: string): boolean {
  return new HarmlessWalk(json).cleans(value, levels);
}

/** From this length on an array is worth a look at the text before a walk through the items. */
const longArray = 100;
/** Arrays and objects in a text that lies flat. A text with more of them, the usual objects in a list, is soon given up. */
const fewContainers = 16;

class HarmlessWalk {
  readonly #json: string | undefined;
  #isFlat: boolean | undefined;

  constructor(json: string | undefined) {
    this.#json = json;
  }

  cleans(value: unknown, levels: number): boolean {
    if (typeof value !== 'object' || value === null) return true;
    if (levels === 0) return false;
    return Array.isArray(value) ? this.#cleansItems(value, levels - 1) : this.#cleansMembers(value, levels - 1);
  }

  #cleansItems(items: readonly unknown[], levels: number): boolean {
    if (items.length >= longArray && levels >= fewContainers) {
      this.#isFlat ??= isFlat(this.#json);
      if (this.#isFlat) return true;
    }
    // By index: an iterator is slow once it has met arrays of numbers, of objects and of both.
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      if (typeof item === 'object' && !this.cleans(item, levels)) return false;
    }
    return true;
  }

  #cleansMembers(value: object, levels: number): boolean {
    const members = value as Record<string, unknown>;
    // Parsed objects inherit nothing that this loop would meet, and it makes no list of the keys.
    for (const key in members) {
      if (key === '__proto__') {
        delete members[key];
        continue;
      }
      const member = members[key];
      if (typeof member === 'object' && !this.cleans(member, levels)) return false;
    }
    return true;
  }
}

/** No key can be `__proto__`, written out or escaped, and nothing can lie deeper than there are brackets. */
function isFlat(json: string | undefined): boolean {
  if (json === undefined) return false;
  let left = fewContainers;
  for (const bracket of '[{') {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) if (--left < 0) return false;
  }
  return !json.includes('__proto__') && !json.includes('\\u');
}
