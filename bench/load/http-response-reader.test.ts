import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpResponseReader } from './http-response-reader.ts';

function read(bytes: Buffer, size: number): string[] {
  const bodies: string[] = [];
  let body = '';
  const reader = new HttpResponseReader({
    part: (part) => (body += part.toString('latin1')),
    end: () => {
      bodies.push(body);
      body = '';
    },
  });
  for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
  return bodies;
}

const plain = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunked = (body: string): string => {
  const chunks = body.match(/[^]{1,7}/g) ?? [];
  const written = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${written}0\r\n\r\n`;
};

describe('HttpResponseReader', () => {
  it('finds every body however the network cuts them', () => {
    const answers = fc.array(fc.tuple(fc.string(), fc.boolean()), { maxLength: 8 });
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 60 }), (answers, size) => {
        const text = answers.map(([body, isChunked]) => (isChunked ? chunked(body) : plain(body))).join('');
        expect(read(Buffer.from(text, 'latin1'), size)).toEqual(answers.map(([body]) => body));
      }),
    );
  });

  it('takes an answer without a body', () => {
    expect(read(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'), 5)).toEqual(['']);
  });

  it('takes no error for an answer', () => {
    expect(() => read(Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'), 500)).toThrow('404');
  });
});
