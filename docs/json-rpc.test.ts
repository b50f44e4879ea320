import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonRpcFailures } from '@hubwire/hub-protocol/json-rpc';
import { expect, it } from 'vitest';

const page = readFileSync(join(import.meta.dirname, 'json-rpc.md'), 'utf8');

it('lists exactly the error codes that a JSON-RPC client can be answered, with their messages', () => {
  const rows = [...page.matchAll(/^\| (-\d+) +\| ([^|]+?) +\|/gm)].map(([, code, message]) => `${code} ${message}`);
  const messages = { ...jsonRpcFailures, application: { code: -32_000, message: 'the text of the `HubException`' } };
  const expected = Object.values(messages).map(({ code, message }) => `${code} ${message}`);
  expect(rows.toSorted()).toEqual(expected.toSorted());
});
