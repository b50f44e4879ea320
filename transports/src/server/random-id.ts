import { randomFillSync } from 'node:crypto';

const idBytes = 16;

/** Random bytes are asked for in bulk: one call for 16 of them costs more than the rest of making a connection. */
const pool = Buffer.alloc(idBytes * 256);
let used = pool.length;

/** 128 random bits that were never used before, in characters that need no escape in a query. */
export function randomId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += idBytes;
  return pool.toString('base64url', used - idBytes, used);
}
