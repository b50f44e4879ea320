import { writeJsonString } from '../json/write-json-value.ts';

/** The JSON text of `null`, which stands where an id could not be found. JSON-RPC 2.0, section 5. */
export const nullId = 'null';

/**
 * The JSON text of an id, or `undefined` for what cannot be one: another type, a name above the limit, or a number that
 * would come back as another one.
 */
export function writeId(id: unknown, maximumNameLength: number): string | undefined {
  if (typeof id === 'string') return id.length <= maximumNameLength ? writeJsonString(id) : undefined;
  if (typeof id === 'number') return isExact(id) ? JSON.stringify(id) : undefined;
  return id === null ? nullId : undefined;
}

function isExact(id: number): boolean {
  return Number.isInteger(id) ? Number.isSafeInteger(id) : Number.isFinite(id);
}

/**
 * The invocation id of a client's call: unique by `serial`, whatever ids the client chooses, and with the JSON text of
 * the client's own id in it, so that an answer can be written without a table.
 */
export function invocationIdOf(serial: number, id: string): string {
  return `${serial}:${id}`;
}

/** The JSON text of the client's own id. */
export function idOf(invocationId: string): string {
  return invocationId.slice(invocationId.indexOf(':') + 1);
}
