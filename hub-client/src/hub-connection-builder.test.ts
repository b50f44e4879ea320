import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { describe, expect, it } from 'vitest';
import { HubConnectionBuilder, HubConnectionState, LogLevel, type IHttpConnectionOptions } from './index.ts';
import { ScriptedServer } from './testing/scripted-server.ts';
import { within } from './testing/within.ts';

const invalid = expect.objectContaining({ code: 'HUB_CLIENT_INVALID_OPTION' });

describe('HubConnectionBuilder', () => {
  it('builds a connection to a url', () => {
    const connection = new HubConnectionBuilder()
      .withUrl('http://localhost/chat')
      .withAutomaticReconnect()
      .withServerTimeout(60_000)
      .withKeepAliveInterval(5_000)
      .withStatefulReconnect({ bufferSize: 1_000 })
      .withHubProtocol(new JsonHubProtocol())
      .configureLogging(LogLevel.None)
      .build();
    expect(connection.baseUrl).toBe('http://localhost/chat');
    expect(connection.serverTimeoutInMilliseconds).toBe(60_000);
    expect(connection.keepAliveIntervalInMilliseconds).toBe(5_000);
    expect(connection.state).toBe(HubConnectionState.Disconnected);
    expect(connection.connectionId).toBeNull();
  });

  it('has the defaults of @microsoft/signalr', () => {
    const connection = new HubConnectionBuilder().withUrl('http://localhost/chat').build();
    expect(connection.serverTimeoutInMilliseconds).toBe(30_000);
    expect(connection.keepAliveIntervalInMilliseconds).toBe(15_000);
  });

  it('builds a connection over connections of one’s own', async () => {
    const server = new ScriptedServer();
    const connection = new HubConnectionBuilder().withConnection(server.connect).build();
    const started = connection.start();
    await server.accept();
    await within(started, 'start');
    expect(connection.state).toBe('Connected');
    expect(connection.baseUrl).toBe('');
    await connection.stop();
  });

  it('builds several connections that know nothing of each other', async () => {
    const server = new ScriptedServer();
    const builder = new HubConnectionBuilder().withConnection(server.connect);
    const [first, second] = [builder.build(), builder.build()];
    const started = first.start();
    await server.accept();
    await within(started, 'start');
    expect(second.state).toBe('Disconnected');
    await first.stop();
  });

  it('says what is missing or wrong', () => {
    const builder = () => new HubConnectionBuilder();
    expect(() => builder().build()).toThrow(
      "The 'HubConnectionBuilder.withUrl' method must be called before building the connection.",
    );
    expect(() => builder().withUrl(undefined as never)).toThrow("The 'url' argument is required.");
    expect(() => builder().withUrl(' ')).toThrow("The 'url' argument should not be empty.");
    expect(() => builder().withHubProtocol(undefined as never)).toThrow("The 'protocol' argument is required.");
    expect(() => builder().configureLogging(undefined as never)).toThrow("The 'logging' argument is required.");
    expect(() => builder().configureLogging('loud')).toThrow('Unknown log level: loud');
    expect(() => builder().withAutomaticReconnect().withAutomaticReconnect([1])).toThrow(
      'A reconnectPolicy has already been set.',
    );
    expect(() => builder().withServerTimeout(0)).toThrow(invalid);
    expect(() => builder().withKeepAliveInterval(Number.NaN)).toThrow(invalid);
    expect(() => builder().withUrl('/x').withOptions({ maximumQueuedCalls: -1 }).build()).toThrow(invalid);
  });

  it('refuses HTTP options that cannot work while it builds', () => {
    const wrong: IHttpConnectionOptions = { timeout: -1 };
    expect(() => new HubConnectionBuilder().withUrl('http://localhost/x', wrong).build()).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_INVALID_OPTIONS' }),
    );
  });
});
