import type * as signalr from '@microsoft/signalr';
import type { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

import type { ProtocolName, TransportName } from '../interop-client.ts';

/** How a page connects. */
export interface Visit {
  readonly library: 'hubwire' | 'signalR';
  readonly url: string;
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly withCredentials?: boolean;
}

/** What it saw there; JSON, as it leaves the page. */
export interface VisitReport {
  readonly transport: unknown;
  readonly user: unknown;
  readonly cookie: unknown;
  readonly header: unknown;
  readonly echo: unknown;
  readonly bytes: readonly number[];
  readonly answer: unknown;
  readonly uploaded: unknown;
  readonly items: readonly unknown[];
  readonly messages: readonly unknown[];
}

type SignalR = typeof signalr & {
  readonly MessagePackHubProtocol?: typeof MessagePackHubProtocol;
  readonly protocols?: { readonly msgpack: { readonly MessagePackHubProtocol: typeof MessagePackHubProtocol } };
};

/**
 * Runs in the page, hence without anything from around it: the same calls of either library, since ours has the API of
 * the official one.
 */
export async function visitHub({ library, url, transport, protocol, token, ...http }: Visit): Promise<VisitReport> {
  const client = (globalThis as unknown as Readonly<Record<string, SignalR>>)[library] as SignalR;
  const builder = new client.HubConnectionBuilder().configureLogging(client.LogLevel.None).withUrl(url, {
    ...http,
    transport: client.HttpTransportType[transport],
    ...(token !== undefined && { accessTokenFactory: () => token }),
  });
  const MessagePack = client.MessagePackHubProtocol ?? client.protocols?.msgpack.MessagePackHubProtocol;
  if (protocol === 'messagepack' && MessagePack !== undefined) builder.withHubProtocol(new MessagePack());
  const hub = builder.build();

  const messages: unknown[] = [];
  const items: unknown[] = [];
  hub.on('Message', (message) => messages.push(message));
  hub.on('Answer', (question: string) => `${question} 42`);
  await hub.start();
  const parts = new client.Subject<string>();
  const uploaded = hub.invoke('StreamingConcat', parts);
  for (const part of ['up', 'load', 'ed']) parts.next(part);
  parts.complete();
  await new Promise<void>((resolve, reject) => {
    hub.stream('Count', 5, 1).subscribe({ next: (item) => items.push(item), complete: resolve, error: reject });
  });
  await hub.invoke('InvokeWithString', 'a message');
  const { ByteArray: bytes } = await hub.invoke<{ ByteArray: Uint8Array }>('SendComplexObject');
  const report = {
    transport: await hub.invoke('GetActiveTransportName'),
    user: await hub.invoke('GetUserIdentifier'),
    cookie: await hub.invoke('GetCookie', 'testCookie'),
    header: await hub.invoke('GetHeader', 'X-Test'),
    echo: await hub.invoke('Echo', { Text: '漢字🎈', List: [1, null, true] }),
    bytes: protocol === 'messagepack' ? [...bytes] : [],
    answer: await hub.invoke('AskCaller', '6 × 7 ='),
    uploaded: await uploaded,
    items,
    messages,
  };
  await hub.stop();
  return report;
}
