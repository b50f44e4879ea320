import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@hubwire/hub-client';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeBrowser, launchChromium } from '../../scripts/testing/chromium.ts';
import type { PollHub } from './server/poll-hub.ts';
import { Poll } from './server/poll.ts';
import { startPoll, type PollServer } from './server/start-poll.ts';
import { buildPage, PollPage } from './testing/poll-page.ts';

const host = '127.0.0.1';

describeBrowser('the poll in React', () => {
  let browser: Browser;
  let folder: string;
  let poll: Poll;
  let server: PollServer;
  let pages: PollPage[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'poll-page-'));
    [browser] = await Promise.all([launchChromium(), buildPage(folder)]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    pages = [];
    poll = new Poll({ question: 'Tabs or spaces?', answers: ['Tabs', 'Spaces'], seconds: 90 });
    server = await startPoll({ poll, host, port: 0, page: folder });
  });

  afterEach(async () => {
    await server.close();
    await Promise.all(pages.map(({ page }) => page.context().close()));
    expectNoFailures(pages);
  }, 30_000);

  async function open(
    options: BrowserContextOptions & { prepare?: (page: Page) => Promise<void> } = {},
  ): Promise<PollPage> {
    const page = await PollPage.open(browser, server.url, { viewport: { width: 900, height: 600 }, ...options });
    pages.push(page);
    await expectShown(page.isLive);
    return page;
  }

  it('shows everybody the votes as they come in', async () => {
    const [ada, grace] = [await open(), await open()];
    await ada.answer('Tabs').click();
    await expectShown(grace.page.getByRole('button', { name: 'Tabs 100 %' }));
    await expectShown(ada.page.getByRole('button', { name: 'Tabs 100 %', pressed: true }));
    await grace.answer('Spaces').click();
    await expectShown(ada.page.getByRole('button', { name: 'Spaces 50 %', pressed: false }));
    await expectShown(ada.page.getByText('2 votes'));
    await ada.answer('Spaces').click();
    await expectShown(grace.page.getByRole('button', { name: 'Spaces 100 %' }));
  });

  it('makes one connection in strict mode, and calls its stream once', async () => {
    let sockets = 0;
    let sent = '';
    const noteTraffic = async (page: Page): Promise<void> => {
      page.on('websocket', (socket) => {
        sockets += 1;
        socket.on('framesent', ({ payload }) => (sent += String(payload)));
      });
    };
    const ada = await open({ prepare: noteTraffic });
    await expectShown(ada.page.getByText('Closes in 1:30'));
    expect(sockets).toBe(1);
    expect(sent.match(/"target":"countdown"|"type":5/g)).toEqual(['"target":"countdown"']);
  });

  it('counts down to the end, and says so when a vote comes too late', async () => {
    const ada = await open();
    await expectShown(ada.page.getByText('Closes in 1:30'));
    poll.tick();
    await expectShown(ada.page.getByText('Closes in 1:29'));
    for (let second = 0; second < 89; second += 1) poll.tick();
    await expectShown(ada.page.getByText('The poll is closed'));
    await ada.answer('Tabs').click();
    await expectShown(ada.page.getByRole('alert').getByText('The poll is closed.', { exact: true }));
  });

  it('is live again, with all that happened, when the server was started anew', async () => {
    const ada = await open();
    await ada.answer('Tabs').click();
    await expectShown(ada.page.getByText('1 vote'));
    await server.close();
    await expectShown(ada.isReconnecting);
    await expect(ada.answer('Spaces').isDisabled()).resolves.toBe(true);

    poll.tick();
    server = await startPoll({ poll, host, port: server.port, page: folder });
    await voteAs('Grace', 1);
    await expectShown(ada.isLive);
    await expectShown(ada.page.getByText('2 votes'));
    await expectShown(ada.page.getByText('Closes in 1:29'));
  });

  it('shows who has voted what they chose, after a reload too, but not when the server has forgotten it', async () => {
    const ada = await open();
    await ada.answer('Tabs').click();
    const chosen = ada.page.getByRole('button', { name: 'Tabs 100 %', pressed: true });
    await expectShown(chosen);
    await ada.page.reload();
    await expectShown(chosen);

    await server.close();
    await expectShown(ada.isReconnecting);
    const forgetful = new Poll({ question: 'Tabs or spaces?', answers: ['Tabs', 'Spaces'], seconds: 90 });
    server = await startPoll({ poll: forgetful, host, port: server.port, page: folder });
    await expectShown(ada.isLive);
    await expectShown(ada.page.getByRole('button', { name: 'Tabs 0 %', pressed: false }));
  });

  it('is live again when the computer wakes up after a sleep longer than the server timeout', async () => {
    const ada = await open({ prepare: (page) => page.clock.install() });
    await expectShown(ada.page.getByText('Closes in 1:30'));
    await ada.noteStates();
    await ada.page.clock.fastForward('10:00');
    await expect.poll(() => ada.statesSeen(), { timeout: 10_000 }).toEqual(['reconnecting', 'connected']);
    await voteAs('Grace', 0);
    await expectShown(ada.page.getByText('1 vote'));
    poll.tick();
    await expectShown(ada.page.getByText('Closes in 1:29'));
  });

  it('keeps the connection through a short time offline', async () => {
    const ada = await open();
    await expectShown(ada.page.getByText('Closes in 1:30'));
    await ada.noteStates();
    await ada.page.context().setOffline(true);
    poll.tick();
    await ada.page.context().setOffline(false);
    await expectShown(ada.page.getByText('Closes in 1:29'));
    await expect(ada.statesSeen()).resolves.toEqual([]);
  });

  it('is live again as soon as the network is, after a long time offline', async () => {
    const ada = await open({ prepare: (page) => page.clock.install() });
    await ada.page.context().setOffline(true);
    await ada.page.clock.fastForward('05:00');
    await expectShown(ada.isReconnecting);
    await ada.page.clock.fastForward('05:00');
    await voteAs('Grace', 0);
    // From here on nothing happens because of time: it is the browser that says that it is online.
    await ada.page.clock.pauseAt(Date.now() + 3_600_000);
    await expectShown(ada.isReconnecting);
    await ada.page.context().setOffline(false);
    await expectShown(ada.isLive);
    await expectShown(ada.page.getByText('1 vote'));
  });

  it('fits windows of any width', async () => {
    const ada = await open();
    for (const width of [320, 390, 1600]) {
      await ada.page.setViewportSize({ width, height: 640 });
      const [content, window] = await ada.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content).toBe(window);
    }
  });

  async function voteAs(name: string, answer: number): Promise<void> {
    await using voter = await connect<PollHub>(`${server.url}/poll`);
    await voter.invoke.vote(`the secret key of ${name}`, answer);
  }
});

async function expectShown(locator: Locator): Promise<void> {
  await locator.waitFor();
}

function expectNoFailures(pages: readonly PollPage[]): void {
  expect(pages.flatMap(({ failures }) => failures)).toEqual([]);
}
