import type { Person } from '../../server/chat-client.ts';

/** A person's initials on a colour of their own. */
export function avatar({ id, name }: Person): HTMLElement {
  const element = document.createElement('span');
  element.className = 'avatar';
  element.ariaHidden = 'true';
  element.textContent = initials(name);
  element.style.setProperty('--hue', String(hueOf(id)));
  return element;
}

function initials(name: string): string {
  const words = name.split(' ').filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => firstCharacter(word ?? '?')).join('');
}

/** Of a flag or a family emoji all of it. */
function firstCharacter(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return (first?.segment ?? '?').toLocaleUpperCase();
}

function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 3_600;
  // Neighbouring hues are hard to tell apart, so there are eighteen.
  return (hash % 18) * 20;
}
