import { HubServerError } from './errors.ts';
import type { CheckedMethod } from './hub-method-check.ts';
import type { StandardSchema, StreamSchema } from './standard-schema.ts';

/** How one hub method is exposed. */
export interface HubMethodOptions {
  /** The target that clients call. @default the method's own name */
  readonly name?: string;
  /**
   * How many of the last parameters are streams that the client uploads, or at which positions they stand, from 0.
   * @default any number that fits, behind the plain arguments
   */
  readonly streams?: number | readonly number[];
  /**
   * Whether the last parameter is an `AbortSignal`, aborted when the call is cancelled or its connection ends.
   * @default `true` when the last parameter is called `signal` or `abortSignal`
   */
  readonly signal?: boolean;
  /**
   * How many of the last plain parameters a client may leave out. At run time nothing shows which parameters TypeScript
   * marks with `?`. @default as many as have default values
   */
  readonly optional?: number;
  /**
   * The names of the parameters, all but the signal and a rest parameter, under which JSON-RPC clients may pass
   * arguments. They are part of the contract, hence declared: those in the source do not survive a minifier.
   * @default arguments are taken by position only
   */
  readonly parameters?: readonly string[];
  /** One schema for each parameter but the signal, checked before the method is called; `stream()` for uploads. */
  readonly args?: readonly (StandardSchema | StreamSchema)[];
  /** Checks what the method returns before it is sent. */
  readonly result?: StandardSchema;
  /** Checks each item that the method streams before it is sent. */
  readonly item?: StandardSchema;
}

/** A method of a hub, whatever it takes and gives. */
export type HubMethodFunction = (...args: never[]) => unknown;

/** The static property `hubMethods` of a hub class exposes methods without decorators: names, or names with options. */
export type HubMethodList = readonly string[] | Readonly<Record<string, HubMethodOptions>>;

const declared = new WeakMap<HubMethodFunction, HubMethodOptions>();

/**
 * Works as a legacy decorator and as a standard one. It does not fit a method that its options do not describe; the
 * error then names what is wrong.
 */
export interface HubMethodDecorator<TOptions extends HubMethodOptions = HubMethodOptions> {
  <TMethod extends HubMethodFunction>(
    method: TMethod & CheckedMethod<TMethod, TOptions>,
    context: ClassMethodDecoratorContext,
  ): void;
  <TMethod extends HubMethodFunction>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<TMethod> & CheckedMethod<TMethod, TOptions>,
  ): void;
}

/**
 * Exposes a hub method to clients; nothing else of a hub can be called. Stands above other decorators that replace the
 * method.
 *
 * @example
 * class ChatHub extends Hub<ChatClient> {
 *   @hubMethod()
 *   async send(text: string): Promise<number> { … }
 * }
 */
export function hubMethod<const TOptions extends HubMethodOptions = Pick<HubMethodOptions, 'name'>>(
  options?: TOptions,
): HubMethodDecorator<TOptions> {
  const decorate = (
    methodOrTarget: unknown,
    context: string | symbol | DecoratorContext,
    descriptor?: { readonly value?: unknown },
  ): void => {
    const isLegacy = typeof context !== 'object';
    const method = isLegacy ? descriptor?.value : methodOrTarget;
    const isOnInstances = isLegacy
      ? typeof context === 'string' && typeof methodOrTarget !== 'function'
      : context.kind === 'method' && typeof context.name === 'string' && !context.static && !context.private;
    if (typeof method !== 'function' || !isOnInstances) {
      throw new HubServerError('HUB_INVALID_METHOD', '@hubMethod() stands on public methods of hubs only.');
    }
    declared.set(method as HubMethodFunction, options ?? {});
  };
  return decorate as HubMethodDecorator<TOptions>;
}

/** The options that a method was declared with, or `undefined` when it is not exposed. */
export function declaredOptions(method: HubMethodFunction | undefined): HubMethodOptions | undefined {
  return method && declared.get(method);
}
