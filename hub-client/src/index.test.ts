import { expect, it } from 'vitest';
import * as client from './index.ts';

it('exports these names', () => {
  expect(Object.keys(client).toSorted()).toMatchInlineSnapshot(`
    [
      "AbortError",
      "DefaultHttpClient",
      "HttpClient",
      "HttpError",
      "HttpResponse",
      "HttpTransportType",
      "HubClientError",
      "HubConnection",
      "HubConnectionBuilder",
      "HubConnectionState",
      "HubInvocationError",
      "JsonHubProtocol",
      "LogLevel",
      "MessageType",
      "NullLogger",
      "Subject",
      "TimeoutError",
      "TransferFormat",
      "VERSION",
      "connect",
      "createHubConnection",
      "exponentialBackoff",
      "fixedDelays",
      "hubClientDefaults",
      "hubClientErrors",
      "isHubClientError",
      "systemClock",
    ]
  `);
});
