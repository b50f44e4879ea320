import { createContext, runInContext, runInNewContext, type Context } from 'node:vm';

/** A JavaScript world that has the language, and of any platform only what it is given. */
export interface BareWorld {
  /** Names that were looked for and do not belong to the language, each once. */
  readonly lookedFor: ReadonlySet<string>;
  /** Runs a classic script; gives the value of its last expression. */
  run(script: string): unknown;
}

export function createBareWorld(platform: Readonly<Record<string, unknown>>): BareWorld {
  const lookedFor = new Set<string>();
  const globals: Record<string, unknown> = { ...languageGlobals(), ...platform };
  const watched = new Proxy(globals, {
    get(target, name) {
      if (typeof name === 'string' && (name in platform || !(name in target))) lookedFor.add(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  const context: Context = createContext(watched);
  globals['globalThis'] = runInContext('this', context);
  return { lookedFor, run: (script) => runInContext(script, context) as unknown };
}

function languageGlobals(): Record<string, unknown> {
  const script = 'Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, globalThis[name]]))';
  const { console: _, ...language } = runInNewContext(script) as Record<string, unknown>;
  return language;
}
