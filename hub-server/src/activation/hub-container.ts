/** What a container knows a thing by. */
export type ContainerIdentifier = string | symbol | (abstract new (...args: never[]) => object);

/**
 * The part of an inversify `Container` that hubs need. One `get` is made per invocation, so that `inRequestScope`
 * means "per invocation"; there are no child containers.
 */
export interface HubContainer {
  // A method, so that inversify's overloads fit.
  get(identifier: ContainerIdentifier, options: { readonly autobind: true }): unknown;
}
