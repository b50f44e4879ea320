import { createElement, StrictMode, type FunctionComponent, type ReactNode } from 'react';
import { settled } from '../../testing/manual-clock.ts';

// As much of a page as React asks for to run components that show nothing.
const window = { event: undefined, HTMLIFrameElement: Array };
const listening = { addEventListener() {}, removeEventListener() {} };
const document = { nodeType: 9, ownerDocument: null, activeElement: null, defaultView: window, ...listening };
Object.assign(globalThis, { window });

/** An element of that page, for `createRoot` of react-dom. */
export function emptyElement(): Element {
  const element = { nodeType: 1, nodeName: 'DIV', tagName: 'DIV', ownerDocument: document, ...listening };
  return element as unknown as Element;
}

/** Components that are mounted for a test. */
export interface Rendered {
  /** Renders once more. */
  again(): Promise<void>;
  unmount(): Promise<void>;
}

/** What is used of a root of react-dom. */
export interface Root {
  render(children: ReactNode): void;
  unmount(): void;
}

export interface RenderOptions {
  /** @default true */
  readonly strict?: boolean;
}

/** Mounts a component that calls hooks, in strict mode, until all it started that needs no time has happened. */
export async function render(
  root: Root,
  useHooks: () => void,
  { strict = true }: RenderOptions = {},
): Promise<Rendered> {
  const Component: FunctionComponent = () => {
    useHooks();
    return null;
  };
  const show = (): void => {
    const element = createElement(Component);
    root.render(strict ? createElement(StrictMode, null, element) : element);
  };
  await eventually(show);
  return { again: () => eventually(show), unmount: () => eventually(() => root.unmount()) };
}

/** Does something that changes what components show, and waits until they show it. */
export async function eventually(change: () => unknown): Promise<void> {
  await change();
  await settled();
}
