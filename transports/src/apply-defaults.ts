/**
 * The defaults, and in their place what was given: an option that is `undefined` was not given. Where the default is a
 * number it has to be one above zero; `refuse` makes the error for the option that is not.
 */
export function applyDefaults<TDefaults extends object, TOptions extends object>(
  defaults: TDefaults,
  options: TOptions,
  refuse: (name: string) => Error,
): TDefaults & TOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: TDefaults & Record<string, unknown> = { ...defaults, ...given };
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value === 'number' && !isPositive(all[name])) throw refuse(name);
  }
  return all as TDefaults & TOptions;
}

export function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}
