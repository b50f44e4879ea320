import type { AuthorizationRequirement } from '../auth/authorize.ts';
import { HubServerError } from '../errors.ts';
import type { HubMethodFunction, HubMethodOptions } from '../hub-method.ts';
import { itemSchemaOf, type StandardSchema, type StreamSchema } from '../standard-schema.ts';
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
  /** Where they stand; `undefined` when they follow the plain arguments, however many there are. */
  readonly streamPositions: readonly number[] | undefined;
  /** Under which names arguments may come; `undefined` when by position only. */
  readonly parameters: readonly string[] | undefined;
  readonly takesSignal: boolean;
  /** Whether the method answers with a stream; `unknown` until it has been called, unless it is a generator. */
  readonly answers: 'stream' | 'unknown';
  /** What stands between the caller and the method; `undefined` for most. */
  readonly guard: MethodGuard | undefined;
}

/** What a call has to pass before its method runs, and its answer afterwards. */
export interface MethodGuard {
  readonly requirements: readonly AuthorizationRequirement[];
  readonly args: readonly (StandardSchema | StreamSchema)[] | undefined;
  readonly result: StandardSchema | undefined;
  readonly item: StandardSchema | undefined;
}

/** What a class declares of one method. */
export interface DeclaredHubMethod {
  readonly key: string;
  readonly method: HubMethodFunction;
  readonly options: HubMethodOptions;
  readonly requirements: readonly AuthorizationRequirement[];
}

/** Describes a method from its declaration and its own parameter list. */
export function describeHubMethod(declared: DeclaredHubMethod): HubMethodDescriptor {
  const { key, method, options } = declared;
  const { takesSignal, plainOrStream, hasRest } = readShape(method, options);
  const streamPositions = streamPositionsOf(options, hasRest ? undefined : plainOrStream);
  const streams = streamPositions?.length ?? (options.streams as number | undefined);
  const minimumArguments = minimumOf(declared, { plainOrStream, streams: streams ?? 0 });
  const maximumArguments = hasRest ? Number.POSITIVE_INFINITY : plainOrStream;
  const isConsistent =
    minimumArguments >= (streams ?? 0) &&
    (streams ?? 0) <= maximumArguments &&
    (streamPositions ?? []).every((position) => position >= 0 && position < maximumArguments) &&
    (options.args === undefined || options.args.length === maximumArguments) &&
    areNames(options.parameters, plainOrStream);
  if (!isConsistent) {
    throw new HubServerError(
      'HUB_INVALID_METHOD',
      `The parameters of '${key}' are not those that its options declare.`,
    );
  }
  return {
    name: options.name ?? key,
    method,
    minimumArguments,
    maximumArguments,
    streams,
    streamPositions,
    parameters: options.parameters,
    takesSignal,
    answers: options.item !== undefined || isGenerator(method) ? 'stream' : 'unknown',
    guard: guardOf(declared),
  };
}

/** A method that does not exist: calls of it can still be shown to filters. */
export function unknownHubMethod(target: string): HubMethodDescriptor {
  return {
    name: target,
    method: () => undefined,
    minimumArguments: 0,
    maximumArguments: Number.POSITIVE_INFINITY,
    streams: undefined,
    streamPositions: undefined,
    parameters: undefined,
    takesSignal: false,
    answers: 'unknown',
    guard: undefined,
  };
}

interface Shape {
  readonly takesSignal: boolean;
  /** Parameters without the signal and without a rest parameter. */
  readonly plainOrStream: number;
  readonly hasRest: boolean;
}

function readShape(method: HubMethodFunction, options: HubMethodOptions): Shape {
  const parameters = readParameterList(method);
  const count = parameters?.length ?? method.length;
  const last = parameters?.at(-1);
  const hasRest = last?.isRest === true;
  const takesSignal = options.signal ?? (!hasRest && last !== undefined && /^_?(abort)?signal$/i.test(last.name));
  return { takesSignal, plainOrStream: count - (takesSignal || hasRest ? 1 : 0), hasRest };
}

function areNames(parameters: readonly string[] | undefined, count: number): boolean {
  return parameters === undefined || (parameters.length === count && new Set(parameters).size === count);
}

function streamPositionsOf(options: HubMethodOptions, count: number | undefined): readonly number[] | undefined {
  if (options.args !== undefined) {
    return options.args.flatMap((schema, position) => (itemSchemaOf(schema) === undefined ? [] : [position]));
  }
  const { streams } = options;
  if (typeof streams !== 'number') return streams;
  return count === undefined ? undefined : Array.from({ length: streams }, (_, index) => count - streams + index);
}

function minimumOf(
  { method, options }: DeclaredHubMethod,
  { plainOrStream, streams }: { readonly plainOrStream: number; readonly streams: number },
): number {
  // What is left out is shown to its schema, which knows whether it may be.
  if (options.args !== undefined) return streams;
  if (options.optional !== undefined) return plainOrStream - options.optional;
  return Math.max(Math.min(method.length, plainOrStream), streams);
}

function guardOf({ options, requirements }: DeclaredHubMethod): MethodGuard | undefined {
  const { args, result, item } = options;
  if (requirements.length === 0 && args === undefined && result === undefined && item === undefined) return undefined;
  return { requirements, args, result, item };
}

const generatorPrototypes: ReadonlySet<unknown> = new Set([
  Object.getPrototypeOf(function* () {}),
  Object.getPrototypeOf(async function* () {}),
]);

function isGenerator(method: HubMethodFunction): boolean {
  return generatorPrototypes.has(Object.getPrototypeOf(method));
}
