import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AbortError, HttpError, TimeoutError } from '../errors.ts';
import { rejectionOf } from '../testing/rejection-of.ts';
import { DefaultHttpClient, fetchThrough, HttpClient, HttpResponse, type HttpRequest } from './http-client.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('DefaultHttpClient', () => {
  it('sends what it is given and gives what it gets', async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end([request.method, request.headers['x-a'], Buffer.concat(chunks)].join(' ')));
    });
    const client = new DefaultHttpClient();
    const headers = { 'X-A': 'b' };
    expect(await client.post(url, { content: 'text', headers })).toEqual(new HttpResponse(200, 'OK', 'POST b text'));
    expect((await client.get(url, { headers })).content).toBe('GET b ');
    const { content } = await client.delete(url, { headers, responseType: 'arraybuffer' });
    expect(new TextDecoder().decode(content as ArrayBuffer)).toBe('DELETE b ');
  });

  it('rejects with HttpError for every status but success', async () => {
    const url = await serve((_request, response) => response.writeHead(404).end('nothing here'));
    const error = await rejectionOf(new DefaultHttpClient().get(url));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ statusCode: 404, message: "nothing here: Status code '404'" });
  });

  it('rejects with TimeoutError, and with AbortError', async () => {
    const url = await serve(() => {});
    const client = new DefaultHttpClient();
    expect(await rejectionOf(client.get(url, { timeout: 1 }))).toBeInstanceOf(TimeoutError);
    const signal = { aborted: false, onabort: null as (() => void) | null };
    const aborted = rejectionOf(client.get(url, { abortSignal: signal }));
    signal.onabort?.();
    expect(await aborted).toBeInstanceOf(AbortError);
    expect(await rejectionOf(client.get(url, { abortSignal: { ...signal, aborted: true } }))).toBeInstanceOf(
      AbortError,
    );
  });
});

describe('fetchThrough', () => {
  class Recorder extends HttpClient {
    readonly requests: HttpRequest[] = [];
    readonly #answer: (request: HttpRequest) => Promise<HttpResponse>;

    constructor(answer: (request: HttpRequest) => Promise<HttpResponse>) {
      super();
      this.#answer = answer;
    }

    send(request: HttpRequest): Promise<HttpResponse> {
      this.requests.push(request);
      return this.#answer(request);
    }
  }

  it('hands requests to the client and its answers back', async () => {
    const client = new Recorder(async () => new HttpResponse(200, 'OK', '{"a":1}'));
    const response = await fetchThrough(client)(new URL('http://localhost/negotiate'), {
      method: 'POST',
      headers: { Authorization: 'Bearer x' },
      credentials: 'include',
      body: 'text',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ a: 1 });
    expect(client.requests).toEqual([
      {
        method: 'POST',
        url: 'http://localhost/negotiate',
        headers: { authorization: 'Bearer x' },
        content: 'text',
        responseType: 'arraybuffer',
        withCredentials: true,
        abortSignal: { aborted: false, onabort: null },
      },
    ]);
  });

  it('sends bytes as bytes', async () => {
    const client = new Recorder(async () => new HttpResponse(204));
    const response = await fetchThrough(client)('http://localhost/x', { body: new Uint8Array([1, 2, 3]).subarray(1) });
    expect(response.status).toBe(204);
    expect(new Uint8Array(client.requests[0]?.content as ArrayBuffer)).toEqual(new Uint8Array([2, 3]));
  });

  it('turns an HttpError into its status, and lets other errors through', async () => {
    const refused = fetchThrough(new Recorder(() => Promise.reject(new HttpError('no', 401))));
    expect((await refused('http://localhost/x')).status).toBe(401);
    const broken = fetchThrough(new Recorder(() => Promise.reject(new Error('down'))));
    expect(await rejectionOf(broken('http://localhost/x'))).toMatchObject({ message: 'down' });
  });

  it('tells the client when the request is given up', async () => {
    let isTold = false;
    const client = new Recorder(
      (request) =>
        new Promise((_resolve, reject) => {
          const signal = request.abortSignal;
          if (signal === undefined) return;
          // oxlint-disable-next-line unicorn/prefer-add-event-listener -- all that the interface has
          signal.onabort = () => {
            isTold = signal.aborted;
            reject(new AbortError());
          };
        }),
    );
    const stop = new AbortController();
    const rejected = rejectionOf(fetchThrough(client)('http://localhost/x', { signal: stop.signal }));
    stop.abort();
    expect(await rejected).toBeInstanceOf(AbortError);
    expect(isTold).toBe(true);
  });
});
