import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from './framing/utf8.ts';
import {
  HandshakeReader,
  parseHandshakeRequest,
  parseHandshakeResponse,
  writeHandshakeRequest,
  writeHandshakeResponse,
} from './handshake.ts';

const request = { protocol: 'json', version: 1 };

describe('writeHandshakeRequest', () => {
  it('is a text record, or its bytes for a binary protocol', () => {
    const text = '{"protocol":"json","version":1}\u001e';
    expect(writeHandshakeRequest(request, 'Text')).toBe(text);
    expect(writeHandshakeRequest(request, 'Binary')).toEqual(encodeUtf8(text));
  });
});

describe('writeHandshakeResponse', () => {
  it('is an empty object when all is well', () => {
    expect(writeHandshakeResponse({}, 'Text')).toBe('{}\u001e');
  });

  it('carries an error in ASCII, which a reader of single bytes understands', () => {
    const frame = Uint8Array.from(Buffer.from(writeHandshakeResponse({ error: 'kein Protokoll «x» 😀\n' }, 'Binary')));
    expect(frame.every((byte) => byte < 0x80)).toBe(true);
    const read = String.fromCharCode(...frame.subarray(0, -1));
    expect(parseHandshakeResponse(read)).toEqual({ error: 'kein Protokoll «x» 😀\n' });
  });
});

describe('HandshakeReader', () => {
  const record = '{"protocol":"jsön","version":1}';

  it('reads a record that comes in one frame, text or bytes', () => {
    const whole = `${record}\u001e`;
    for (const frame of [whole, encodeUtf8(whole)]) {
      expect(new HandshakeReader(100).read(frame)).toEqual({ kind: 'complete', record, rest: undefined });
    }
  });

  it('hands on what follows in the same frame', () => {
    const whole = `${record}\u001e{"type":6}\u001e`;
    const rest = '{"type":6}\u001e';
    expect(new HandshakeReader(100).read(whole)).toEqual({ kind: 'complete', record, rest });
    const bytes = new HandshakeReader(100).read(encodeUtf8(whole));
    expect(bytes).toEqual({ kind: 'complete', record, rest: encodeUtf8(rest) });
  });

  it('reads a record that comes byte by byte', () => {
    const reader = new HandshakeReader(100);
    for (const byte of encodeUtf8(record)) expect(reader.read(Uint8Array.of(byte))).toEqual({ kind: 'incomplete' });
    expect(reader.read('\u001e')).toEqual({ kind: 'complete', record, rest: undefined });
  });

  it('counts the record against the limit, complete or not, and not what follows it', () => {
    const size = encodeUtf8(record).length;
    const tooLarge = expect.objectContaining({ code: 'PROTOCOL_MESSAGE_TOO_LARGE' });
    expect(new HandshakeReader(size).read(`${record}\u001e${'x'.repeat(1000)}`).kind).toBe('complete');
    expect(() => new HandshakeReader(size - 1).read(`${record}\u001e`)).toThrow(tooLarge);
    const reader = new HandshakeReader(size);
    reader.read(encodeUtf8(record));
    expect(() => reader.read('x')).toThrow(tooLarge);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => new HandshakeReader(100).read(Uint8Array.of(0xff, 0x1e))).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_INVALID_HANDSHAKE' }),
    );
  });
});

describe('parseHandshakeRequest', () => {
  it('reads protocol and version and ignores other fields', () => {
    expect(parseHandshakeRequest('{"version":2,"protocol":"messagepack","later":[]}')).toEqual({
      protocol: 'messagepack',
      version: 2,
    });
  });

  it.each([
    ['', 'must be JSON'],
    ['{"protocol":"json"', 'must be JSON'],
    ['null', 'must be a JSON object'],
    ['[]', 'must be a JSON object'],
    ['42', 'must be a JSON object'],
    ['{}', "'protocol' must be"],
    ['{"protocol":null,"version":1}', "'protocol' must be"],
    ['{"protocol":"","version":1}', "'protocol' must be"],
    ['{"protocol":{},"version":1}', "'protocol' must be"],
    ['{"protocol":"json"}', "'version' must be"],
    ['{"protocol":"json","version":"1"}', "'version' must be"],
    ['{"protocol":"json","version":1.5}', "'version' must be"],
    ['{"protocol":"json","version":-1}', "'version' must be"],
    ['{"protocol":"json","version":1e400}', "'version' must be"],
    ['{"type":6}', 'hub message first'],
  ])('refuses %s', (record, message) => {
    expect(() => parseHandshakeRequest(record)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_INVALID_HANDSHAKE', message: expect.stringContaining(message) }),
    );
  });
});

describe('parseHandshakeResponse', () => {
  it.each([
    ['{}', {}],
    ['{"error":"no"}', { error: 'no' }],
    ['{"error":""}', { error: '' }],
    ['{"error":null}', {}],
    ['{"minorVersion":1,"later":true}', {}],
  ])('reads %s', (record, response) => {
    expect(parseHandshakeResponse(record)).toEqual(response);
  });

  it.each([
    ['{"type":6}', 'hub message first'],
    ['{"type":1,"target":"x","arguments":[]}', 'hub message first'],
    ['{"error":1}', "'error' must be"],
    ['"x"', 'must be a JSON object'],
    ['x', 'must be JSON'],
  ])('refuses %s', (record, message) => {
    expect(() => parseHandshakeResponse(record)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_INVALID_HANDSHAKE', message: expect.stringContaining(message) }),
    );
  });
});
