import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { describeBrowser, launchChromium } from '../scripts/testing/chromium.ts';
import { startPageServer, type PageServer } from './src/browser/page-server.ts';
import { visitHub, type Visit } from './src/browser/visit-hub.ts';
import { startConformanceHost } from './src/conformance-host.ts';
import type { ConformanceHost } from './src/host-availability.ts';
import { allCombinations } from './src/interop-case.ts';

const headers = { 'X-Test': 'of the page' };

describeBrowser('a page of another origin', () => {
  let browser: Browser;
  let pages: PageServer;
  let host: ConformanceHost;
  let page: Page;
  const failures: string[] = [];

  beforeAll(async () => {
    const availability = await startConformanceHost('hubwire');
    if (availability.kind === 'missing') throw new Error(availability.reason);
    host = availability.host;
    [browser, pages] = await Promise.all([launchChromium(), startPageServer()]);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await pages[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    failures.length = 0;
    const context = await browser.newContext();
    page = await context.newPage();
    page.on('pageerror', (error) => failures.push(String(error)));
    await page.goto(pages.url);
  });
  afterEach(() => page.context().close());

  const visit = (options: Omit<Visit, 'url'>, path = '/testhub') =>
    page.evaluate(visitHub, { ...options, url: host.url + path });

  for (const library of ['hubwire', 'signalR'] as const) {
    describe(`with ${library === 'hubwire' ? '@hubwire/hub-client' : 'the browser bundle of @microsoft/signalr'}`, () => {
      for (const combination of allCombinations) {
        const { transport, protocol } = combination;
        const hasHeaders = transport === 'LongPolling';

        it(`calls, is called, streams and uploads over ${transport} in ${protocol}`, async () => {
          expect(await visit({ library, ...combination, headers })).toEqual({
            transport,
            user: null,
            cookie: 'testValue',
            // A browser's WebSocket and EventSource send none.
            header: hasHeaders ? 'of the page' : null,
            echo: { Text: '漢字🎈', List: [1, null, true] },
            bytes: protocol === 'messagepack' ? [1, 2, 3] : [],
            answer: '6 × 7 = 42',
            uploaded: 'uploaded',
            items: [0, 1, 2, 3, 4],
            messages: ['a message'],
          });
          expect(failures).toEqual([]);
        });
      }

      for (const combination of allCombinations.filter(({ protocol }) => protocol === 'json')) {
        it(`is known by its token over ${combination.transport}`, async () => {
          const token = await (await fetch(`${host.url}/generateJwtToken?user=ada&seconds=60`)).text();
          expect(await visit({ library, ...combination, token }, '/authorizedhub')).toMatchObject({ user: 'ada' });
        });

        it(`sends cookies over ${combination.transport} only when it may`, async () => {
          const { cookie } = await visit({ library, ...combination, withCredentials: false });
          // The answer to negotiate may set none then; there is nothing to send over WebSockets either.
          expect(cookie).toBeNull();
        });
      }
    });
  }
});
