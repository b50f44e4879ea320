import { HubServerError } from '../errors.ts';
import type { HubMethodFunction, HubMethodOptions } from '../hub-method.ts';
import { readParameterList } from './parameter-list.ts';

/** Everything the dispatcher knows of one exposed method before it is called. */
export interface HubMethodDescriptor {
  /** The target as declared. */
  readonly name: string;
  readonly method: HubMethodFunction;
  /** How many arguments a call may carry, uploaded streams included. */
  readonly minimumArguments: number;
  readonly maximumArguments: number;
  /** How many of them are uploaded streams; `undefined` when that was not declared. */
  readonly streams: number | undefined;
  readonly takesSignal: boolean;
  /** Whether the method answers with a stream; `unknown` until it has been called, unless it is a generator. */
  readonly answers: 'stream' | 'unknown';
}

/** Describes a method from its declaration and its own parameter list. */
export function describeHubMethod(
  key: string,
  method: HubMethodFunction,
  options: HubMethodOptions,
): HubMethodDescriptor {
  const parameters = readParameterList(method) ?? Array.from({ length: method.length }, () => '');
  const last = parameters.at(-1);
  const takesSignal = options.signal ?? (last !== undefined && /^_?(abort)?signal$/i.test(last));
  const withoutSignal = parameters.length - (takesSignal ? 1 : 0);
  const hasRest = last?.startsWith('...') === true;
  const maximumArguments = hasRest ? Number.POSITIVE_INFINITY : withoutSignal;
  const minimumArguments = Math.min(method.length, withoutSignal) - (options.optional ?? 0);
  if (minimumArguments < 0 || (options.streams ?? 0) > maximumArguments) {
    throw new HubServerError('HUB_INVALID_METHOD', `'${key}' has fewer parameters than its options say.`);
  }
  return {
    name: options.name ?? key,
    method,
    minimumArguments,
    maximumArguments,
    streams: options.streams,
    takesSignal,
    answers: isGenerator(method) ? 'stream' : 'unknown',
  };
}

const generatorPrototypes: ReadonlySet<unknown> = new Set([
  Object.getPrototypeOf(function* () {}),
  Object.getPrototypeOf(async function* () {}),
]);

function isGenerator(method: HubMethodFunction): boolean {
  return generatorPrototypes.has(Object.getPrototypeOf(method));
}
