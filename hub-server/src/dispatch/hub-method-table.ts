import type { HubConstructor } from '../activation/hub-activator.ts';
import { methodRequirementsOf, type AuthorizationRequirement } from '../auth/authorize.ts';
import { HubServerError } from '../errors.ts';
import { Hub } from '../hub.ts';
import { declaredOptions, type HubMethodFunction, type HubMethodList, type HubMethodOptions } from '../hub-method.ts';
import { describeHubMethod, type HubMethodDescriptor } from './hub-method-descriptor.ts';

/**
 * The methods of a hub class that clients may call, by target: those with `@hubMethod()` and those that the static
 * `hubMethods` names, of the class and its bases. Nothing becomes callable by merely being on the prototype. A method
 * that overrides an exposed one is exposed as that one was, and has to pass what that one requires.
 */
export class HubMethodTable {
  readonly #byTarget = new Map<string, HubMethodDescriptor>();

  constructor(hubClass: HubConstructor) {
    const types = [...lineageOf(hubClass)];
    for (const [key, options] of exposedMethods(types)) {
      const method = methodOf(hubClass, key);
      this.#add(describeHubMethod({ key, method, options, requirements: requirementsOfAll(types, key) }));
    }
  }

  get descriptors(): Iterable<HubMethodDescriptor> {
    return new Set(this.#byTarget.values());
  }

  /** Finds a method without regard to case. */
  find(target: string): HubMethodDescriptor | undefined {
    return this.#byTarget.get(target) ?? this.#byTarget.get(target.toLowerCase());
  }

  #add(descriptor: HubMethodDescriptor): void {
    const folded = descriptor.name.toLowerCase();
    if (this.#byTarget.has(folded)) {
      throw new HubServerError(
        'HUB_INVALID_METHOD',
        `Two methods answer to '${descriptor.name}', without regard to case.`,
      );
    }
    this.#byTarget.set(descriptor.name, descriptor).set(folded, descriptor);
  }
}

interface HubType {
  readonly prototype: object;
  readonly hubMethods?: HubMethodList;
}

/** The class and its bases below `Hub`, the class first. */
function* lineageOf(hubClass: HubConstructor): Generator<HubType> {
  for (let type: object = hubClass; type !== Hub && type !== Function.prototype; type = Object.getPrototypeOf(type)) {
    yield type as HubType;
  }
}

function exposedMethods(types: readonly HubType[]): Map<string, HubMethodOptions> {
  const exposed = new Map<string, HubMethodOptions>();
  const expose = ([key, options]: readonly [string, HubMethodOptions]): void => {
    if (!exposed.has(key)) exposed.set(key, options);
  };
  for (const type of types) {
    listedMethods(type).forEach(expose);
    decoratedMethods(type).forEach(expose);
  }
  return exposed;
}

function listedMethods(type: HubType): readonly (readonly [string, HubMethodOptions])[] {
  const { hubMethods } = type;
  if (hubMethods === undefined || !Object.hasOwn(type, 'hubMethods')) return [];
  return Array.isArray(hubMethods)
    ? (hubMethods as readonly string[]).map((key) => [key, {}] as const)
    : Object.entries(hubMethods as Readonly<Record<string, HubMethodOptions>>);
}

function decoratedMethods({ prototype }: HubType): readonly (readonly [string, HubMethodOptions])[] {
  return Object.getOwnPropertyNames(prototype).flatMap((key) => {
    const options = declaredOptions(ownMethod(prototype, key));
    return options === undefined ? [] : [[key, options] as const];
  });
}

// A getter is never run to find out what it would give.
function ownMethod(prototype: object, key: string): HubMethodFunction | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
  return typeof value === 'function' ? (value as HubMethodFunction) : undefined;
}

// What every hub has is never callable, even when it is decorated or listed.
function methodOf(hubClass: HubConstructor, key: string): HubMethodFunction {
  if (key !== 'constructor' && !(key in Hub.prototype)) {
    let prototype: object | null = hubClass.prototype as object;
    while (prototype !== null && !Object.hasOwn(prototype, key)) {
      prototype = Object.getPrototypeOf(prototype) as object | null;
    }
    const method = prototype === null ? undefined : ownMethod(prototype, key);
    if (method !== undefined) return method;
  }
  throw new HubServerError('HUB_INVALID_METHOD', `'${key}' is no method that ${hubClass.name} can expose.`);
}

function requirementsOfAll(types: readonly HubType[], key: string): readonly AuthorizationRequirement[] {
  return types.flatMap(({ prototype }) => methodRequirementsOf(prototype, key, ownMethod(prototype, key)));
}
