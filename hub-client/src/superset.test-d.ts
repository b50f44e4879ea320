import type * as signalr from '@microsoft/signalr';
import { describe, expectTypeOf, it } from 'vitest';
import * as hubwire from './index.ts';

/** The public members of a class, without its private ones, which no other class can have. */
type Public<T> = { [TKey in keyof T]: T[TKey] };

describe('the client is a superset of @microsoft/signalr', () => {
  it('exports each of its names', () => {
    expectTypeOf<Exclude<keyof typeof signalr, 'default'>>().toExtend<keyof typeof hubwire>();
  });

  it('has connections that can be used as its connections', () => {
    // Its state is a string enum, which takes nothing but itself.
    expectTypeOf<hubwire.HubConnection>().toExtend<Omit<Public<signalr.HubConnection>, 'state'>>();
    expectTypeOf<keyof signalr.HubConnection>().toExtend<keyof hubwire.HubConnection>();
  });

  it('has a builder with the same steps', () => {
    expectTypeOf<keyof signalr.HubConnectionBuilder>().toExtend<keyof hubwire.HubConnectionBuilder>();
    type Arguments<T> = { [TKey in keyof T]: T[TKey] extends (...args: infer TArgs) => unknown ? TArgs : never };
    type Steps = Arguments<Omit<signalr.HubConnectionBuilder, 'build'>>;
    expectTypeOf<hubwire.HubConnectionBuilder>().toExtend<{
      [TKey in keyof Steps]: (...args: Steps[TKey]) => unknown;
    }>();
  });

  it('shares its interfaces, both ways', () => {
    expectTypeOf<hubwire.ILogger>().toExtend<signalr.ILogger>();
    expectTypeOf<signalr.ILogger>().toExtend<hubwire.ILogger>();
    expectTypeOf<hubwire.IRetryPolicy>().toExtend<signalr.IRetryPolicy>();
    expectTypeOf<signalr.IRetryPolicy>().toExtend<hubwire.IRetryPolicy>();
    expectTypeOf<hubwire.RetryContext>().toExtend<signalr.RetryContext>();
    expectTypeOf<signalr.RetryContext>().toExtend<hubwire.RetryContext>();
    expectTypeOf<hubwire.IStreamResult<string>>().toExtend<signalr.IStreamResult<string>>();
    expectTypeOf<signalr.IStreamResult<string>>().toExtend<hubwire.IStreamResult<string>>();
    expectTypeOf<hubwire.IStreamSubscriber<string>>().toExtend<signalr.IStreamSubscriber<string>>();
    expectTypeOf<signalr.IStreamSubscriber<string>>().toExtend<hubwire.IStreamSubscriber<string>>();
    expectTypeOf<hubwire.ISubscription<string>>().toExtend<signalr.ISubscription<string>>();
    expectTypeOf<signalr.ISubscription<string>>().toExtend<hubwire.ISubscription<string>>();
    expectTypeOf<hubwire.ITransport>().toExtend<signalr.ITransport>();
    expectTypeOf<signalr.ITransport>().toExtend<hubwire.ITransport>();
    expectTypeOf<hubwire.IStatefulReconnectOptions>().toExtend<signalr.IStatefulReconnectOptions>();
    expectTypeOf<signalr.IStatefulReconnectOptions>().toExtend<hubwire.IStatefulReconnectOptions>();
    expectTypeOf<hubwire.AbortSignal>().toExtend<signalr.AbortSignal>();
    expectTypeOf<signalr.AbortSignal>().toExtend<hubwire.AbortSignal>();
    expectTypeOf<signalr.IHttpConnectionOptions>().toExtend<hubwire.IHttpConnectionOptions>();
    expectTypeOf<signalr.IHubProtocol>().toExtend<hubwire.IHubProtocol>();
    expectTypeOf<hubwire.IHubProtocol>().toExtend<signalr.IHubProtocol>();
    expectTypeOf<hubwire.HubMessage>().toExtend<signalr.HubMessage>();
    expectTypeOf<signalr.HubMessage>().toExtend<hubwire.HubMessage>();
    expectTypeOf<hubwire.HttpRequest>().toExtend<signalr.HttpRequest>();
    expectTypeOf<signalr.HttpRequest>().toExtend<hubwire.HttpRequest>();
    expectTypeOf<hubwire.HttpResponse>().toExtend<signalr.HttpResponse>();
    expectTypeOf<signalr.HttpResponse>().toExtend<hubwire.HttpResponse>();
    expectTypeOf<hubwire.HttpClient>().toExtend<signalr.HttpClient>();
    expectTypeOf<signalr.HttpClient>().toExtend<hubwire.HttpClient>();
    expectTypeOf<hubwire.Subject<string>>().toExtend<Public<signalr.Subject<string>>>();
    expectTypeOf<signalr.Subject<string>>().toExtend<Public<hubwire.Subject<string>>>();
  });

  it('shares its numbers, both ways, and its words as far as enums allow', () => {
    expectTypeOf<signalr.LogLevel>().toExtend<hubwire.LogLevel>();
    expectTypeOf<hubwire.LogLevel>().toExtend<signalr.LogLevel>();
    expectTypeOf<signalr.HttpTransportType>().toExtend<hubwire.HttpTransportType>();
    expectTypeOf<hubwire.HttpTransportType>().toExtend<signalr.HttpTransportType>();
    expectTypeOf<signalr.TransferFormat>().toExtend<hubwire.TransferFormat>();
    expectTypeOf<hubwire.TransferFormat>().toExtend<signalr.TransferFormat>();
    expectTypeOf<signalr.HubConnectionState>().toExtend<hubwire.HubConnectionState>();
  });

  it('has errors that are its errors', () => {
    expectTypeOf<hubwire.HttpError>().toExtend<Public<signalr.HttpError>>();
    expectTypeOf<hubwire.TimeoutError>().toExtend<Public<signalr.TimeoutError>>();
    expectTypeOf<hubwire.AbortError>().toExtend<Public<signalr.AbortError>>();
  });

  it('takes the code that its documentation shows', () => {
    const connection = new hubwire.HubConnectionBuilder()
      .withUrl('/chathub', { accessTokenFactory: () => 'token', transport: hubwire.HttpTransportType.WebSockets })
      .configureLogging(hubwire.LogLevel.Information)
      .withAutomaticReconnect([0, 1000])
      .build();
    connection.on('ReceiveMessage', (user: string, message: string) => user + message);
    connection.on('ReceiveMessage', (user, message) => user.length + message.length);
    connection.onclose(async () => {
      await connection.start();
    });
    expectTypeOf(connection.invoke<number>('Add', 1, 2)).toEqualTypeOf<Promise<number>>();
    connection.stream<number>('Counter', 10, 500).subscribe({ next: (n) => n + 1, complete() {}, error() {} });
    const subject = new hubwire.Subject<string>();
    expectTypeOf(connection.send('UploadStream', subject)).toEqualTypeOf<Promise<void>>();
    if (connection.state === hubwire.HubConnectionState.Connected) connection.off('ReceiveMessage');
  });
});
