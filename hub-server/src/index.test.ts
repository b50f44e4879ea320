import { describe, expect, it } from 'vitest';
import * as jwt from './hosting/jwt-bearer.ts';
import * as main from './index.ts';
import * as testing from './testing/index.ts';

describe('what the package exports', () => {
  it('has these names in its main entry', () => {
    expect(Object.keys(main).toSorted()).toMatchInlineSnapshot(`
      [
        "Hub",
        "HubException",
        "HubServerError",
        "InMemoryBackplane",
        "authorize",
        "bindHubContext",
        "createHubServer",
        "hubConnectionDefaults",
        "hubContextIdentifier",
        "hubEvents",
        "hubMethod",
        "hubServerDefaults",
        "hubServerErrors",
        "isHubException",
        "isHubServerError",
        "jsonRpcDefaults",
        "memoryBudgetDefaults",
        "nullLogger",
        "rateLimit",
        "rateLimitDefaults",
        "stream",
      ]
    `);
  });

  it('has these names in ./testing', () => {
    expect(Object.keys(testing).toSorted()).toMatchInlineSnapshot(`
      [
        "CallFailed",
        "RecordingLogger",
        "TestClient",
        "defineBackplaneConformance",
        "within",
      ]
    `);
  });

  it('has these names in ./jwt', () => {
    expect(Object.keys(jwt)).toEqual(['jwtBearer']);
  });
});

describe('the errors of the package', () => {
  it('are recognised by their brand, also across copies of the package', () => {
    const copies = [new main.HubServerError('HUB_NOT_BOUND'), new main.HubException('x')] as const;
    expect(copies.map(main.isHubServerError)).toEqual([true, false]);
    expect(copies.map(main.isHubException)).toEqual([false, true]);
    const foreign = { [Symbol.for('@hubwire/hub-server/HubException')]: true };
    expect(main.isHubException(foreign)).toBe(true);
    for (const other of [null, undefined, 'HubException', new Error('x')])
      expect(main.isHubException(other)).toBe(false);
  });

  it('start with the sentence of their code and keep their cause', () => {
    const cause = new Error('beneath');
    const error = new main.HubServerError('HUB_NOT_BOUND', 'More.', { cause });
    expect(error).toMatchObject({ name: 'HubServerError', code: 'HUB_NOT_BOUND', cause });
    expect(error.message).toBe(`${main.hubServerErrors.HUB_NOT_BOUND.message} More.`);
  });
});
