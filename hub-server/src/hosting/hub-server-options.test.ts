import { describe, expect, it } from 'vitest';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { createHubServer, Hub, hubConnectionDefaults, isHubServerError, type HubServerOptions } from '../index.ts';
import { resolveHubOptions } from './hub-server-options.ts';

class PlainHub extends Hub {}

function refusal(options: unknown): string | undefined {
  try {
    createHubServer(options as HubServerOptions).mapHub('/hub', PlainHub);
    return undefined;
  } catch (error) {
    return isHubServerError(error) ? `${error.code} ${error.message}` : String(error);
  }
}

describe('resolving options', () => {
  it('fills in the defaults', () => {
    const { protocols, ...others } = resolveHubOptions({}, {}).connection;
    expect(others).toEqual(hubConnectionDefaults);
    expect(protocols.map(({ name }) => name)).toEqual(['json', 'messagepack']);
  });

  it('lets the hub win over the server, and undefined over nobody', () => {
    const server = { maximumStreams: 1, streamBufferItems: 2, keepAliveIntervalMs: undefined } as object;
    const { connection } = resolveHubOptions(server, { maximumStreams: 3 });
    expect(connection).toMatchObject({ maximumStreams: 3, streamBufferItems: 2, keepAliveIntervalMs: 15_000 });
  });

  it('hands the rest to the endpoint', () => {
    const authenticate = (): null => null;
    const { endpoint } = resolveHubOptions({ authenticate, sendTimeoutMs: 5 }, { transports: ['WebSockets'] });
    expect(endpoint).toMatchObject({ authenticate, sendTimeoutMs: 5, transports: ['WebSockets'] });
    expect(endpoint).not.toHaveProperty('maximumStreams');
  });

  it.each([
    [{}, undefined],
    [{ sendQueueBytes: 100_000 }, 25_000],
    [{ sendQueueBytes: 100_000, sendBufferBytes: 10_000 }, 10_000],
    [{ sendQueueBytes: 1 }, 1],
    [{ sendQueueBytes: Infinity, sendBufferBytes: 1_000_000 }, 1_000_000],
  ])('has the buffer of a transport smaller than the queue before it: %j', (options, sendBufferBytes) => {
    expect(resolveHubOptions({}, options).endpoint.sendBufferBytes).toBe(sendBufferBytes);
  });

  it('puts the filters of the server around those of the hub', () => {
    const [outer, inner] = [{}, {}];
    expect(resolveHubOptions({ filters: [outer] }, { filters: [inner] }).filters).toEqual([outer, inner]);
  });

  it.each([
    [{ maximumStreams: 0 }, 'maximumStreams'],
    [{ maximumStreams: -1 }, 'maximumStreams'],
    [{ maximumStreams: 1.5 }, 'maximumStreams'],
    [{ maximumStreams: '5' }, 'maximumStreams'],
    [{ maximumStreams: Number.NaN }, 'maximumStreams'],
    [{ maximumReceiveMessageBytes: Infinity }, 'maximumReceiveMessageBytes'],
    [{ streamBufferItems: Infinity }, 'streamBufferItems'],
    [{ keepAliveIntervalMs: 0 }, 'keepAliveIntervalMs'],
    [{ keepAliveIntervalMs: 30_000 }, 'clientTimeoutMs'],
    [{ clientTimeoutMs: 15_000 }, 'clientTimeoutMs'],
    [{ enableDetailedErrors: 'yes' }, 'enableDetailedErrors'],
    [{ getUserId: 'id' }, 'getUserId'],
    [{ protocols: [] }, 'protocols'],
    [{ protocols: [new JsonHubProtocol(), new JsonHubProtocol()] }, 'protocols'],
    [{ filters: [PlainHub] }, 'PlainHub needs the option container'],
  ])('refuses %j by its name', (options, name) => {
    expect(refusal(options)).toContain('HUB_INVALID_OPTION');
    expect(refusal(options)).toContain(name);
  });

  it('refuses what is no option', () => {
    expect(refusal({ keepAliveInterval: 5 })).toContain('keepAliveInterval is not an option');
  });

  it('takes Infinity where a limit may be off', () => {
    expect(
      refusal({ maximumStreams: Infinity, keepAliveIntervalMs: Infinity, clientTimeoutMs: Infinity }),
    ).toBeUndefined();
  });

  it('refuses for one hub what is the server\u2019s', () => {
    const server = createHubServer();
    const options = { container: { get: () => undefined } } as object;
    expect(() => server.mapHub('/hub', PlainHub, options)).toThrow('container is an option of the server');
  });
});

describe('mapping hubs', () => {
  it.each(['chat', '/chat/', '/chat?x', '/chat#x', ''])('refuses the path %j', (path) => {
    expect(() => createHubServer().mapHub(path, PlainHub)).toThrow('must start with a slash');
  });

  it('refuses a path twice, and a context that is ambiguous', () => {
    const server = createHubServer();
    expect(() => server.context(PlainHub)).toThrow('PlainHub is mapped 0 times');
    server.mapHub('/a', PlainHub);
    expect(server.context(PlainHub)).toBeDefined();
    expect(() => server.mapHub('/a', PlainHub)).toThrow("There is a hub at '/a' already");
    server.mapHub('/b', PlainHub);
    expect(() => server.context(PlainHub)).toThrow('PlainHub is mapped 2 times');
  });
});
