import { createHash } from 'node:crypto';
import { HubException } from '@hubwire/hub-server';
import type { Person } from './chat-client.ts';
import { checkName } from './checks.ts';

/**
 * The person whom a key belongs to. The id is public and says nothing about the key.
 *
 * @throws HubException for a name or key that will not do
 */
export function guestOf(name: unknown, key: unknown): Person {
  if (typeof key !== 'string' || key.length < 16 || key.length > 64) throw new HubException('This key is not valid.');
  const id = createHash('sha256').update(key).digest('base64url').slice(0, 12);
  return { id, name: checkName(name) };
}
