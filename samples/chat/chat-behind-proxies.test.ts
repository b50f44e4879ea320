import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { describeBrowser, launchChromium } from '../../scripts/testing/chromium.ts';
import { describeProxy } from '../../scripts/testing/proxies/describe-proxy.ts';
import { startProxy, type Proxy } from '../../scripts/testing/proxies/proxy.ts';
import { startChat, type ChatServer } from './server/start-chat.ts';
import { buildPage, ChatPage } from './testing/chat-page.ts';

const expectations = [
  { blocksWebSockets: false, title: 'uses WebSockets where they pass', transport: 'WebSockets' },
  { blocksWebSockets: true, title: 'falls back where they do not', transport: 'Server-Sent Events' },
] as const;

describeBrowser('the chat sample as it is', () => {
  let browser: Browser;
  let folder: string;
  let chat: ChatServer | undefined;
  let proxy: Proxy | undefined;
  let pages: ChatPage[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-page-'));
    [browser] = await Promise.all([launchChromium(), buildPage(folder)]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    await Promise.all(pages.map(({ page }) => page.context().close()));
    await chat?.close();
    await proxy?.[Symbol.asyncDispose]();
    pages = [];
  }, 30_000);

  async function openAs(name: string, url: string): Promise<ChatPage> {
    const page = await ChatPage.open(browser, url);
    pages.push(page);
    await page.join(name);
    return page;
  }

  for (const kind of ['nginx', 'caddy'] as const) {
    describeProxy(kind, () => {
      it.each(expectations)('$title, and says so', async ({ blocksWebSockets, transport }) => {
        chat = await startChat({ host: '127.0.0.1', port: 0, page: folder });
        proxy = await startProxy(kind, chat.url, { blocksWebSockets });
        const [ada, grace] = [await openAs('Ada', proxy.url), await openAs('Grace', proxy.url)];
        await ada.connectedOver(transport).waitFor();
        await grace.person('Ada').filter({ hasText: transport }).waitFor();
        await ada.say('Can you hear me?');
        await grace.message('Can you hear me?').waitFor();
        await grace.say('Loud and clear.');
        await ada.message('Loud and clear.').waitFor();
        expect([...ada.failures, ...grace.failures]).toEqual([]);
      });
    });
  }
});
