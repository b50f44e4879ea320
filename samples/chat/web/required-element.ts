/** The element of the page with this id; `type` is what it has to be, such as `HTMLFormElement`. */
export function requiredElement<TElement extends HTMLElement>(id: string, type: new () => TElement): TElement {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} with the id ${id}.`);
}
