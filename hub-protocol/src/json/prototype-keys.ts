/** `false` when no key in the text can be `__proto__`, however its characters are escaped. */
export function mayHoldPrototypeKey(json: string): boolean {
  return json.includes('__') || json.includes('\\u005');
}

/**
 * Deletes every own `__proto__` that `JSON.parse` has made, at every level. Left in place it would change the prototype
 * of the object that somebody copies it to, key by key.
 */
export function deletePrototypeKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
  for (const member of Array.isArray(value) ? value : Object.values(value)) deletePrototypeKeys(member);
}
