import { expect, it } from 'vitest';
import * as main from './index.ts';
import * as messagepack from './messagepack/index.ts';
import * as testing from './testing/index.ts';

it('has these entries and no other names in them', () => {
  expect(Object.keys(main).toSorted()).toMatchInlineSnapshot(`
    [
      "HandshakeReader",
      "HubProtocolError",
      "JsonHubProtocol",
      "MessageType",
      "PayloadReader",
      "hubProtocolErrors",
      "hubProtocolLimitDefaults",
      "isHubProtocolError",
      "joinPayloads",
      "parseHandshakeRequest",
      "parseHandshakeResponse",
      "validateMessage",
      "writeHandshakeRequest",
      "writeHandshakeResponse",
    ]
  `);
  expect(Object.keys(messagepack).toSorted()).toMatchInlineSnapshot(`
    [
      "MessagePackHubProtocol",
      "messagePackHubProtocolDefaults",
    ]
  `);
  expect(Object.keys(testing).toSorted()).toMatchInlineSnapshot(`
    [
      "arbitraryHubMessage",
      "arbitraryValue",
      "defineHubProtocolConformance",
    ]
  `);
});
