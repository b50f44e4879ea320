import { HubServerError } from '../errors.ts';
import type { HubCallerContext } from '../hub-caller-context.ts';

/** Who asks for what. */
export interface AuthorizationContext {
  /** What `authenticate` returned; `null` or `undefined` for an anonymous caller. */
  readonly user: unknown;
  /** The connection; `undefined` while a connection is being opened, which is when a hub class is checked. */
  readonly context: HubCallerContext | undefined;
  /** The method as declared; `undefined` when a hub class is checked. */
  readonly method: string | undefined;
  /** The plain arguments as they arrived, not validated. */
  readonly arguments: readonly unknown[];
}

/** Decides freely. What it throws reaches the caller as any error of the method does. */
export type AuthorizationPolicy = (context: AuthorizationContext) => boolean | PromiseLike<boolean>;

/** What a user must be or have; every property given must be met. Without any, a user that is not anonymous will do. */
export interface AuthorizationRules {
  /** The user's `role` or `roles` hold one of these. */
  readonly roles?: string | readonly string[];
  /** The user has each of these properties, as it stands here, or one of these values; `true` takes any value. */
  readonly claims?: Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;
  readonly policy?: AuthorizationPolicy;
}

export type AuthorizationRequirement = AuthorizationRules | AuthorizationPolicy;

type DecoratedMethod = (...args: never[]) => unknown;
type DecoratedClass = abstract new (...args: never[]) => unknown;

/** Works as a legacy decorator and as a standard one, on hub classes and on their methods. */
export interface AuthorizeDecorator {
  <TClass extends DecoratedClass>(hubClass: TClass, context?: ClassDecoratorContext): void;
  <TMethod extends DecoratedMethod>(method: TMethod, context: ClassMethodDecoratorContext): void;
  <TMethod extends DecoratedMethod>(target: object, name: string, descriptor: TypedPropertyDescriptor<TMethod>): void;
}

/** Of classes, and of methods that a standard decorator stands on. */
const declared = new WeakMap<object, readonly AuthorizationRequirement[]>();
/** Of methods that a legacy decorator stands on, by prototype and name: it holds whatever replaces the method later. */
const declaredByName = new WeakMap<object, Map<string, readonly AuthorizationRequirement[]>>();

/**
 * Lets a hub be connected to, or a method be called, only by those who meet a requirement. Several on one method, or on
 * a method and the one that it overrides, must all be met. On a hub class it is checked when a connection opens. As a
 * standard decorator it MUST stand above decorators that replace the method.
 *
 * @example
 * @authorize()
 * class AdminHub extends Hub {
 *   @hubMethod()
 *   @authorize({ roles: 'owner' })
 *   drop(table: string): void { … }
 * }
 */
export function authorize(requirement: AuthorizationRequirement = {}): AuthorizeDecorator {
  return (target: object, context?: unknown, descriptor?: TypedPropertyDescriptor<DecoratedMethod>): void => {
    if (typeof context === 'string') {
      if (typeof descriptor?.value !== 'function') throw misplaced();
      const ofPrototype = declaredByName.get(target) ?? new Map<string, readonly AuthorizationRequirement[]>();
      declaredByName.set(target, ofPrototype.set(context, [...(ofPrototype.get(context) ?? []), requirement]));
      return;
    }
    if (typeof target !== 'function') throw misplaced();
    declared.set(target, [...(declared.get(target) ?? []), requirement]);
  };
}

function misplaced(): HubServerError {
  return new HubServerError('HUB_INVALID_METHOD', '@authorize() stands on hub classes and methods only.');
}

/** What the method `name` of one prototype, `method` at present, requires. */
export function methodRequirementsOf(
  prototype: object,
  name: string,
  method: object | undefined,
): readonly AuthorizationRequirement[] {
  return [...(declaredByName.get(prototype)?.get(name) ?? []), ...((method && declared.get(method)) ?? [])];
}

/** What a hub class and its bases require of those who connect. */
export function connectionRequirementsOf(hubClass: object): readonly AuthorizationRequirement[] {
  const requirements: AuthorizationRequirement[] = [];
  for (let type: object | null = hubClass; type !== null; type = Object.getPrototypeOf(type) as object | null) {
    requirements.push(...(declared.get(type) ?? []));
  }
  return requirements;
}
