import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTransportError } from './errors.ts';
import { parseNegotiateResponse, writeNegotiateResponse, type NegotiatedConnection } from './negotiate.ts';

const connection: NegotiatedConnection = {
  kind: 'connection',
  negotiateVersion: 1,
  connectionId: 'public',
  connectionToken: 'secret',
  availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
};

describe('writeNegotiateResponse', () => {
  it('writes the fields of version 1', () => {
    expect(JSON.parse(writeNegotiateResponse(connection))).toEqual({
      negotiateVersion: 1,
      connectionId: 'public',
      connectionToken: 'secret',
      availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
    });
  });

  it('writes no token in version 0', () => {
    const body = writeNegotiateResponse({ ...connection, negotiateVersion: 0, connectionToken: 'public' });
    expect(JSON.parse(body)).not.toHaveProperty('connectionToken');
    expect(parseNegotiateResponse(body)).toMatchObject({ negotiateVersion: 0, connectionToken: 'public' });
  });
});

describe('parseNegotiateResponse', () => {
  it('reads back what was written', () => {
    for (const response of [
      connection,
      { kind: 'redirect', url: 'https://example.com/hub' },
      { kind: 'redirect', url: 'https://example.com/hub', accessToken: 'abc' },
      { kind: 'error', error: 'go away' },
    ] as const) {
      expect(parseNegotiateResponse(writeNegotiateResponse(response))).toEqual(response);
    }
  });

  it('reads an answer without a version as version 0', () => {
    const response = parseNegotiateResponse('{"connectionId":"x","availableTransports":[]}');
    expect(response).toMatchObject({ negotiateVersion: 0, connectionToken: 'x' });
  });

  it('leaves out transfer formats it does not know and keeps transports it does not know', () => {
    const body = '{"connectionId":"x","availableTransports":[{"transport":"New","transferFormats":["Text","Odd"]}]}';
    expect(parseNegotiateResponse(body)).toMatchObject({
      availableTransports: [{ transport: 'New', transferFormats: ['Text'] }],
    });
  });

  it.each([
    ['{', 'not JSON'],
    ['<html>', 'a page'],
    ['[]', 'names no connection'],
    ['null', 'names no connection'],
    ['{}', 'names no connection'],
    ['{"connectionId":"x"}', 'names no connection'],
    ['{"connectionId":"x","availableTransports":[1]}', 'A transport is not described'],
    ['{"connectionId":"x","availableTransports":[{"transport":"A"}]}', 'A transport is not described'],
    ['{"connectionId":"x","negotiateVersion":1,"availableTransports":[]}', 'names no connection'],
    ['{"connectionId":1,"availableTransports":[]}', 'names no connection'],
    ['{"ProtocolVersion":"1.5","ConnectionId":"x"}', 'ASP.NET SignalR'],
  ])('refuses %s', (body, text) => {
    expect(() => parseNegotiateResponse(body)).toThrow(text);
  });

  it('throws nothing but its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        try {
          parseNegotiateResponse(body);
        } catch (error) {
          return isTransportError(error) && error.code === 'TRANSPORT_INVALID_NEGOTIATION';
        }
        return true;
      }),
    );
  });
});
