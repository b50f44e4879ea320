import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  authorize,
  createHubServer,
  Hub,
  hubMethod,
  type AuthorizationContext,
  type HubConstructor,
} from '../index.ts';
import { TestClient } from '../testing/test-client.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';
import { within } from '../testing/within.ts';

const asked: AuthorizationContext[] = [];

class GuardedHub extends Hub {
  @hubMethod() @authorize() user(): string {
    return 'ok';
  }
  @hubMethod() @authorize({ roles: ['admin', 'owner'] }) role(): string {
    return 'ok';
  }
  @hubMethod() @authorize({ claims: { department: ['sales', 'support'], active: true } }) claim(): string {
    return 'ok';
  }
  @hubMethod()
  @authorize((context) => {
    asked.push(context);
    return context.arguments[0] === 'please';
  })
  policy(_word: string): string {
    return 'ok';
  }
  @hubMethod()
  @authorize(async () => {
    await settled();
    return false;
  })
  later(): string {
    return 'ok';
  }
  @hubMethod() @authorize() @authorize({ roles: 'admin', policy: async () => true }) both(): string {
    return 'ok';
  }
  @hubMethod()
  @authorize(() => {
    throw new Error('the secret');
  })
  broken(): string {
    return 'ok';
  }
  @hubMethod() @authorize({ claims: { constructor: true } }) inherited(): string {
    return 'ok';
  }
  @hubMethod() @authorize() async *items(): AsyncGenerator<number> {
    yield 1;
  }
  @hubMethod() open(): string {
    return 'ok';
  }
}

class OverridingHub extends GuardedHub {
  override user(): string {
    return 'overridden';
  }
}

const unauthorized = (name: string): string => `Failed to invoke '${name}' because user is unauthorized`;

describe('@authorize() on a method', () => {
  it.each([
    ['user', { id: 'ann' }, true],
    ['user', null, false],
    ['user', undefined, false],
    ['role', { role: 'admin' }, true],
    ['role', { roles: ['guest', 'owner'] }, true],
    ['role', { role: 'guest' }, false],
    ['role', { id: 'admin' }, false],
    ['role', null, false],
    ['claim', { department: 'sales', active: true }, true],
    ['claim', { department: ['x', 'support'], active: 'yes' }, true],
    ['claim', { department: 'sales' }, false],
    ['claim', { department: 'sales', active: null }, false],
    ['claim', { department: 'board', active: true }, false],
    ['both', { role: 'admin' }, true],
    ['both', { role: 'guest' }, false],
    ['later', { id: 'ann' }, false],
    ['inherited', { id: 'ann' }, false],
    ['open', null, true],
  ] as const)('of %s, asked by %j, says %j', async (target, user, isAllowed) => {
    await using host = serveHub(GuardedHub);
    const client = await host.connect({ user });
    const answer = await client.invoke(target).catch((error: Error) => error.message);
    expect(answer).toBe(isAllowed ? 'ok' : unauthorized(target));
  });

  it('may ask a policy that knows the call', async () => {
    await using host = serveHub(GuardedHub);
    const client = await host.connect({ user: { id: 'ann' } });
    expect(await client.invoke('policy', 'please')).toBe('ok');
    await expect(client.invoke('POLICY', 'now')).rejects.toThrow(new Error(unauthorized('policy')));
    expect(asked.splice(0)).toMatchObject([
      { user: { id: 'ann' }, context: { connectionId: client.connectionId }, method: 'policy', arguments: ['please'] },
      { method: 'policy', arguments: ['now'] },
    ]);
  });

  it('fails the call when its policy fails', async () => {
    await using host = serveHub(GuardedHub);
    const client = await host.connect({ user: {} });
    await expect(client.invoke('broken')).rejects.toThrow(
      new Error("An unexpected error occurred invoking 'broken' on the server."),
    );
    host.logger.claim('invocationFailed');
  });

  it('says nothing of the arguments to those who may not call', async () => {
    await using host = serveHub(GuardedHub);
    const client = await host.connect();
    await expect(client.invoke('user', 'too', 'many')).rejects.toThrow(new Error(unauthorized('user')));
    await expect(client.stream('items')).rejects.toThrow(new Error(unauthorized('items')));
    await expect(client.invoke('items')).rejects.toThrow(new Error(unauthorized('items')));
  });

  it('holds for the methods that override it', async () => {
    await using host = serveHub(OverridingHub);
    const client = await host.connect();
    await expect(client.invoke('user')).rejects.toThrow(new Error(unauthorized('user')));
    const ann = await host.connect({ user: { id: 'ann' } });
    expect(await ann.invoke('user')).toBe('overridden');
  });

  it('holds whatever replaces the method', async () => {
    const replace = (_target: object, _name: string, descriptor: PropertyDescriptor): void => {
      descriptor.value = () => 'replaced';
    };
    class ReplacedHub extends Hub {
      @hubMethod() @replace @authorize() guarded(): string {
        return 'ok';
      }
    }
    await using host = serveHub(ReplacedHub);
    const client = await host.connect();
    await expect(client.invoke('guarded')).rejects.toThrow(new Error(unauthorized('guarded')));
    const ann = await host.connect({ user: { id: 'ann' } });
    expect(await ann.invoke('guarded')).toBe('replaced');
  });

  it('works as a standard decorator', async () => {
    class StandardHub extends Hub {
      guarded(): string {
        return 'ok';
      }
    }
    const context = { kind: 'method', name: 'guarded', static: false, private: false } as ClassMethodDecoratorContext;
    const { value: method } = Object.getOwnPropertyDescriptor(StandardHub.prototype, 'guarded') as {
      value: () => string;
    };
    authorize()(method, context);
    hubMethod()(method, context);
    await using host = serveHub(StandardHub);
    const client = await host.connect();
    await expect(client.invoke('guarded')).rejects.toThrow(new Error(unauthorized('guarded')));
  });

  it('stands on classes and methods only', () => {
    const decorate = authorize() as (...args: unknown[]) => void;
    expect(() => decorate({}, 'x', { get: () => 5 })).toThrow('stands on hub classes and methods only');
  });
});

@authorize({ roles: 'staff' })
class StaffHub extends Hub {
  @hubMethod() ping(): string {
    return 'pong';
  }
}

class InheritingHub extends StaffHub {}

@authorize(async ({ user }) => user !== null)
class AsyncHub extends Hub {}

describe('@authorize() on a hub', () => {
  it.each([
    [StaffHub, { role: 'staff' }, true],
    [StaffHub, { role: 'guest' }, false],
    [InheritingHub, { role: 'guest' }, false],
    [InheritingHub, { role: 'staff' }, true],
    [AsyncHub, { id: 'ann' }, true],
    [AsyncHub, null, false],
  ] as const)('%o lets %j connect: %j', async (hubClass: HubConstructor, user, isAllowed) => {
    await using host = serveHub(hubClass);
    const client = TestClient.open(host.hub, { user });
    const outcome = await Promise.race([client.handshake(), client.closed()]);
    expect('kind' in outcome).toBe(!isAllowed);
    expect(host.hub.connectionCount).toBe(isAllowed ? 1 : 0);
  });

  it.each([
    ['no user', undefined, 401],
    ['a user who may not', 'guest', 403],
    ['a user who may', 'staff', 200],
  ] as const)('answers negotiate of %s', async (_what, role, status) => {
    const authenticate = ({ headers }: IncomingMessage): unknown =>
      headers['x-role'] === undefined ? null : { id: 'ann', role: headers['x-role'] };
    await using hubs = createHubServer({ authenticate });
    hubs.mapHub('/staff', StaffHub);
    const server = createServer((incoming, response) => void hubs.handle(incoming, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = new Promise<number | undefined>((resolve, reject) => {
      const headers = role === undefined ? {} : { 'x-role': role };
      const options = { port, host: '127.0.0.1', method: 'POST', path: '/staff/negotiate?negotiateVersion=1', headers };
      request(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(await within(answer, 'the answer to negotiate')).toBe(status);
    server.closeAllConnections();
    server.close();
  });
});
