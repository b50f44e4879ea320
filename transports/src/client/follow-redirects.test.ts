import { describe, expect, it } from 'vitest';
import { followRedirects } from './follow-redirects.ts';

/** A server in one function: what it answers to a URL, and the requests it got. */
function serve(answers: Readonly<Record<string, () => Response>>) {
  const requests: string[] = [];
  const fetch = (url: string | URL | Request, { method = 'GET', headers }: RequestInit = {}): Promise<Response> => {
    const target = url instanceof Request ? url.url : String(url);
    requests.push([method, target, ...new Headers(headers).keys()].join(' '));
    return Promise.resolve(answers[target]?.() ?? new Response('here'));
  };
  return { requests, fetch };
}

const to =
  (location: string, status = 307) =>
  () =>
    new Response(null, { status, headers: { Location: location } });
const headers = new Headers({ Accept: 'x', 'X-Api-Key': 'secret', Authorization: 'secret' });
const url = 'https://a.example/hub';
const secrets = ['Authorization', 'x-api-key'];

describe('followRedirects', () => {
  it('keeps headers, method and body within an origin', async () => {
    const { fetch, requests } = serve({ [url]: to('/chat') });
    const response = await followRedirects(fetch, { url, method: 'POST', body: 'x', headers }, secrets);
    expect(await response.text()).toBe('here');
    const names = 'accept authorization x-api-key';
    expect(requests).toEqual([`POST https://a.example/hub ${names}`, `POST https://a.example/chat ${names}`]);
  });

  it.each(['https://b.example/', 'http://a.example/', 'https://a.example:444/', '//b.example/'])(
    'takes no secret to %s, nor back',
    async (location) => {
      const there = new URL(location, url).href;
      const { fetch, requests } = serve({ [url]: to(location, 302), [there]: to('https://a.example/back') });
      await followRedirects(fetch, { url, headers }, secrets);
      expect(requests.slice(1)).toEqual([`GET ${there} accept`, 'GET https://a.example/back accept']);
    },
  );

  it('gives a redirect that would make a POST a GET as the answer', async () => {
    const { fetch } = serve({ [url]: to('/chat', 302) });
    expect((await followRedirects(fetch, { url, method: 'POST', headers }, secrets)).status).toBe(302);
  });

  it('gives up a circle', async () => {
    const { fetch, requests } = serve({ [url]: to('/hub') });
    const failure = { code: 'TRANSPORT_HTTP_FAILED' };
    await expect(followRedirects(fetch, { url, headers }, secrets)).rejects.toMatchObject(failure);
    expect(requests).toHaveLength(6);
  });
});
