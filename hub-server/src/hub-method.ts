import { HubServerError } from './errors.ts';

/** How one hub method is exposed. */
export interface HubMethodOptions {
  /** The target that clients call. @default the method's own name */
  readonly name?: string;
  /** How many streams the client uploads; they follow the plain arguments. @default any number that fits */
  readonly streams?: number;
  /**
   * Whether the last parameter is an `AbortSignal`, aborted when the call is cancelled or its connection ends.
   * @default `true` when the last parameter is called `signal`
   */
  readonly signal?: boolean;
  /**
   * How many of the last plain parameters a client may leave out. Parameters with a default value count by themselves;
   * those that TypeScript marks with `?` do not exist at run time and have to be counted here. @default 0
   */
  readonly optional?: number;
}

/** A method of a hub, whatever it takes and gives. */
export type HubMethodFunction = (...args: never[]) => unknown;

/** The static property `hubMethods` of a hub class exposes methods without decorators: names, or names with options. */
export type HubMethodList = readonly string[] | Readonly<Record<string, HubMethodOptions>>;

const declared = new WeakMap<HubMethodFunction, HubMethodOptions>();

/** Works as a legacy decorator and as a standard one. */
export interface HubMethodDecorator {
  <TMethod extends HubMethodFunction>(method: TMethod, context: ClassMethodDecoratorContext): void;
  <TMethod extends HubMethodFunction>(target: object, name: string, descriptor: TypedPropertyDescriptor<TMethod>): void;
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
export function hubMethod(options: HubMethodOptions = {}): HubMethodDecorator {
  return (
    methodOrTarget: HubMethodFunction | object,
    _context: unknown,
    descriptor?: TypedPropertyDescriptor<HubMethodFunction>,
  ): void => {
    const method = descriptor === undefined ? methodOrTarget : descriptor.value;
    if (typeof method !== 'function') {
      throw new HubServerError('HUB_INVALID_METHOD', '@hubMethod() stands on methods only.');
    }
    declared.set(method as HubMethodFunction, options);
  };
}

/** The options that a method was declared with, or `undefined` when it is not exposed. */
export function declaredOptions(method: HubMethodFunction): HubMethodOptions | undefined {
  return declared.get(method);
}
