import type { HubConstructor } from '../activation/hub-activator.ts';
import { HubServerError } from '../errors.ts';
import { Hub } from '../hub.ts';
import { declaredOptions, type HubMethodFunction, type HubMethodList, type HubMethodOptions } from '../hub-method.ts';
import { describeHubMethod, type HubMethodDescriptor } from './hub-method-descriptor.ts';

/**
 * The methods of a hub class that clients may call, by target: those with `@hubMethod()` and those that the static
 * `hubMethods` names, of the class and its bases. Nothing becomes callable by merely being on the prototype. A method
 * that overrides an exposed one is exposed as that one was.
 */
export class HubMethodTable {
  readonly #byTarget = new Map<string, HubMethodDescriptor>();

  constructor(hubClass: HubConstructor) {
    for (const [key, options] of exposedMethods(hubClass)) {
      const method: unknown = (hubClass.prototype as unknown as Record<string, unknown>)[key];
      this.#add(describeHubMethod(key, method as HubMethodFunction, options));
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

function exposedMethods(hubClass: HubConstructor): Map<string, HubMethodOptions> {
  const exposed = new Map<string, HubMethodOptions>();
  for (let type: object = hubClass; type !== Hub && type !== Function.prototype; type = Object.getPrototypeOf(type)) {
    const { prototype, hubMethods } = type as { prototype: object; hubMethods?: HubMethodList };
    if (Object.hasOwn(type, 'hubMethods') && hubMethods !== undefined) {
      for (const [key, options] of listedMethods(hubMethods)) {
        assertMethod(hubClass, key);
        if (!exposed.has(key)) exposed.set(key, options);
      }
    }
    for (const key of Object.getOwnPropertyNames(prototype)) {
      const { value } = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
      const options = typeof value === 'function' ? declaredOptions(value as HubMethodFunction) : undefined;
      if (options !== undefined && !exposed.has(key)) exposed.set(key, options);
    }
  }
  return exposed;
}

function listedMethods(list: HubMethodList): readonly (readonly [string, HubMethodOptions])[] {
  return Array.isArray(list)
    ? (list as readonly string[]).map((key) => [key, {}] as const)
    : Object.entries(list as Readonly<Record<string, HubMethodOptions>>);
}

// What every hub has is never callable, even when listed.
function assertMethod(hubClass: HubConstructor, key: string): void {
  const value: unknown = (hubClass.prototype as unknown as Record<string, unknown>)[key];
  if (typeof value !== 'function' || key === 'constructor' || key in Hub.prototype) {
    throw new HubServerError('HUB_INVALID_METHOD', `'${key}' is no method that ${hubClass.name} can expose.`);
  }
}
