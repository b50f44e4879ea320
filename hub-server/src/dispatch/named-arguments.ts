import { HubException } from '../errors.ts';
import { errorTexts } from './error-texts.ts';
import { HubCallError } from './hub-call-error.ts';
import type { HubMethodDescriptor } from './hub-method-descriptor.ts';

/** Arguments by the names of their parameters. */
export type NamedArguments = Readonly<Record<string, unknown>>;

/**
 * The arguments in the order of the parameters that the method declares; what was left out is `undefined`, and nothing
 * behind the last one that came. An error when a name is unknown, or one is missing that may not be left out.
 */
export function orderArguments(
  { name, parameters, minimumArguments }: HubMethodDescriptor,
  named: NamedArguments,
): readonly unknown[] | HubCallError {
  const names = Object.keys(named);
  if (names.length > 0 && parameters === undefined) {
    return refusal(name, 'The method takes its arguments by position.');
  }
  const known = parameters ?? [];
  const unknown = names.find((candidate) => !known.includes(candidate));
  if (unknown !== undefined) return refusal(name, `The method has no parameter '${unknown}'.`);
  const missing = known.slice(0, minimumArguments).find((parameter) => !Object.hasOwn(named, parameter));
  if (missing !== undefined) return refusal(name, `The argument '${missing}' is missing.`);
  const count = known.findLastIndex((parameter) => Object.hasOwn(named, parameter)) + 1;
  return known.slice(0, count).map((parameter) => named[parameter]);
}

/** A `HubException`, so that the caller is told. */
function refusal(name: string, text: string): HubCallError {
  return new HubCallError('HUB_INVALID_ARGUMENTS', errorTexts.cannotBind(name), new HubException(text));
}
