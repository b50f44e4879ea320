import { HubException } from '@hubwire/hub-server';
import { maximumNameLength, maximumTextLength } from './limits.ts';

// A hub's parameter types are a promise that clients may break: what comes over the wire is checked before it is used.

/** @throws HubException with what is wrong, in words for the sender */
export function checkText(text: unknown): string {
  // Control characters, line breaks aside, would do things to a terminal.
  const clean = typeof text === 'string' ? text.replaceAll(/[^\P{Cc}\n]/gu, '').trim() : '';
  if (clean === '') throw new HubException('There is nothing to send.');
  if (clean.length <= maximumTextLength) return clean;
  throw new HubException(`A message has at most ${maximumTextLength} characters; this one has ${clean.length}.`);
}

/** @throws HubException with what is wrong, in words for whoever wants to be called so */
export function checkName(name: unknown): string {
  const clean =
    typeof name === 'string'
      ? name
          .normalize('NFKC')
          .replaceAll(/[\s\p{C}]+/gu, ' ')
          .trim()
      : '';
  if (clean === '') throw new HubException('Please say how you are called.');
  if (clean.length <= maximumNameLength) return clean;
  throw new HubException(`A name has at most ${maximumNameLength} characters.`);
}

/** Anything but `true` is `false`. */
export function checkFlag(flag: unknown): boolean {
  return flag === true;
}
