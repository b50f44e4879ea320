import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@hubwire/hub-client';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeBrowser, launchChromium } from '../../scripts/testing/chromium.ts';
import { chatOnNode } from './node-client/chat-on-node.ts';
import type { ChatHub } from './server/chat-hub.ts';
import { startChat, type ChatServer } from './server/start-chat.ts';
import { buildPage, ChatPage } from './testing/chat-page.ts';

const host = '127.0.0.1';

describeBrowser('the chat sample', () => {
  let browser: Browser;
  let folder: string;
  let server: ChatServer;
  let pages: ChatPage[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-page-'));
    [browser] = await Promise.all([launchChromium(), buildPage(folder)]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    pages = [];
    server = await startChat({ host, port: 0, page: folder });
  });

  afterEach(async () => {
    await server.close();
    await Promise.all(pages.map(({ page }) => page.context().close()));
    expectNoFailures(pages);
  }, 30_000);

  async function open(width = 1280, height = 800): Promise<ChatPage> {
    const chat = await ChatPage.open(browser, server.url, { viewport: { width, height } });
    pages.push(chat);
    return chat;
  }

  async function openAs(name: string): Promise<ChatPage> {
    const chat = await open();
    await chat.join(name);
    return chat;
  }

  it('shows each who else is here, and who left', async () => {
    const ada = await openAs('Ada');
    await expectShown(ada.page.getByText('It is quiet in here'));
    const grace = await open();
    await expectShown(grace.page.getByText('Ada is here.'));
    await grace.join('Grace');
    await expectShown(ada.person('Grace'));
    await expectShown(grace.person('Ada'));
    await expectShown(grace.person('Grace').filter({ hasText: '(you)' }));
    await expectShown(ada.page.getByRole('heading', { name: 'Here now 2' }));
    await grace.page.close();
    await ada.person('Grace').waitFor({ state: 'detached' });
    await expectShown(ada.page.getByRole('heading', { name: 'Here now 1' }));
  });

  it('carries messages both ways', async () => {
    const [ada, grace] = [await openAs('Ada'), await openAs('Grace')];
    await ada.say('Hello Grace');
    await expectShown(grace.message('Hello Grace').filter({ hasText: 'Ada' }).getByRole('time'));
    await grace.say('Hello Ada\nand all');
    await expectShown(ada.message('and all').filter({ hasText: 'Grace' }));
    await expectShown(ada.message('Hello Grace').filter({ hasText: 'You' }));
    expect(await ada.messages.count()).toBe(2);
    await expect(ada.textField.inputValue()).resolves.toBe('');
  });

  it('shows who is typing until the message is there', async () => {
    const [ada, grace] = [await openAs('Ada'), await openAs('Grace')];
    await grace.textField.pressSequentially('Hel');
    await expectShown(ada.page.getByText('Grace is typing…'));
    await grace.page.keyboard.press('Enter');
    await expectShown(ada.message('Hel'));
    // She was told that before she was told the message.
    await expect(ada.page.getByText('Grace is typing…').isVisible()).resolves.toBe(false);
  });

  it('shows what was said before to those who come late', async () => {
    const texts = Array.from({ length: 120 }, (_, index) => `message number ${index}.`);
    await sayAs('Grace', texts);
    const ada = await openAs('Ada');
    await expectShown(ada.message('message number 119.'));
    const shown = await ada.page.locator('.message-text').allTextContents();
    expect(shown).toEqual(texts);
  });

  it.each(['WebSockets', 'Server-Sent Events', 'Long polling'])('connects over %s when told to', async (transport) => {
    const [ada, grace] = [await openAs('Ada'), await openAs('Grace')];
    await grace.say('before');
    await expectShown(ada.message('before'));
    // WebSockets is what it uses anyway, so that the choice would not be seen to work.
    if (transport === 'WebSockets') {
      await ada.page.getByLabel('Transport').selectOption('Long polling');
      await expectShown(grace.person('Ada').filter({ hasText: 'Long polling' }));
    }
    await ada.page.getByLabel('Transport').selectOption(transport);
    await expectShown(ada.connectedOver(transport));
    await expectShown(grace.person('Ada').filter({ hasText: transport }));
    await ada.say('from Ada');
    await expectShown(grace.message('from Ada'));
    await grace.say('from Grace');
    await expectShown(ada.message('from Grace'));
    expect(await ada.page.locator('.message-text').allTextContents()).toEqual(['before', 'from Ada', 'from Grace']);
  });

  it('says that the connection is lost, and goes on when the server is back', async () => {
    const ada = await openAs('Ada');
    await ada.say('before');
    await expectShown(ada.message('before'));
    await server.close();
    await expectShown(ada.banner);
    await ada.textField.fill('written meanwhile');
    await expect(ada.page.getByRole('button', { name: 'Send' }).isDisabled()).resolves.toBe(true);

    server = await startChat({ host, port: server.port, page: folder });
    await sayAs('Grace', ['missed by Ada']);
    await ada.page.evaluate(() => window.dispatchEvent(new Event('online')));
    await ada.banner.waitFor({ state: 'hidden' });
    await expectShown(ada.message('missed by Ada'));
    await ada.textField.press('Enter');
    await expectShown(ada.message('written meanwhile').filter({ hasText: 'You' }));
    const shown = await ada.page.locator('.message-text').allTextContents();
    expect(shown).toEqual(['before', 'missed by Ada', 'written meanwhile']);
  });

  it('shows markup as the text that it is', async () => {
    const markup = '<img src=x onerror="document.title = \'owned\'"><b>bold</b>';
    const [ada, grace] = [await openAs('Ada'), await openAs('<i>Grace</i>')];
    await grace.textField.fill('typing');
    await expectShown(ada.page.getByText('<i>Grace</i> is typing…'));
    await grace.say(markup);
    await expectShown(ada.message(markup));
    await expectShown(ada.person('<i>Grace</i>'));
    expect(await ada.page.locator('main :is(i, b, img), .people :is(i, b, img)').count()).toBe(0);
    expect(await ada.page.title()).toBe('Lobby · Hubwire Chat');
  });

  it('says why a name is refused', async () => {
    await openAs('Ada');
    const other = await open();
    await other.enterName('   ');
    await expectShown(other.joinDialog.getByText('Please say how you are called.', { exact: true }));
    await other.enterName('ada');
    const refusal = other.joinDialog.getByText('Somebody called ada is here already.', { exact: true });
    await expectShown(refusal);
    await other.join('Grace');
    await expectShown(other.person('Grace'));
  });

  it('says why a message is refused, and keeps it', async () => {
    const ada = await openAs('Ada');
    await ada.textField.evaluate((field) => field.removeAttribute('maxlength'));
    const long = 'x'.repeat(1_001);
    await ada.say(long);
    await expectShown(
      ada.page.getByRole('alert').filter({ hasText: 'Not sent: A message has at most 1000 characters' }),
    );
    await expect(ada.textField.inputValue()).resolves.toBe(long);
    await ada.say('shorter');
    await expectShown(ada.message('shorter'));
    await expect(ada.page.getByText('Not sent').isVisible()).resolves.toBe(false);
  });

  it('remembers who one is when the page is loaded again', async () => {
    const ada = await openAs('Ada');
    await ada.say('mine');
    await expectShown(ada.message('mine'));
    await ada.page.reload();
    await expectShown(ada.message('mine').filter({ hasText: 'You' }));
    await expectShown(ada.person('Ada').filter({ hasText: '(you)' }));
    await expect(ada.joinDialog.isVisible()).resolves.toBe(false);
  });

  it('follows new messages only from its end', async () => {
    await sayAs(
      'Grace',
      Array.from({ length: 40 }, (_, index) => `line ${index}.`),
    );
    const [ada, grace] = [await openAs('Ada'), await openAs('Alan')];
    const log = ada.page.getByRole('log');
    await grace.say('seen at once');
    await expectShown(ada.message('seen at once'));
    await expect(distanceFromEnd(log)).resolves.toBeLessThan(2);
    await log.evaluate((element) => element.scrollTo(0, 0));
    await grace.say('not followed');
    const jump = ada.page.getByRole('button', { name: 'New messages' });
    await expectShown(jump);
    await expect(log.evaluate((element) => element.scrollTop)).resolves.toBe(0);
    await jump.click();
    await expect(distanceFromEnd(log)).resolves.toBeLessThan(2);
    await jump.waitFor({ state: 'hidden' });
  });

  it.each([320, 390, 720, 1600])('fits a window of %d pixels', async (width) => {
    await sayAs('Grace'.repeat(4), ['w'.repeat(400)]);
    const ada = await open(width, 600);
    await ada.join('Ada Augusta of Lovelace');
    await expectShown(ada.message('www'));
    const [content, window] = await ada.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBe(window);
    await expect(ada.textField.evaluate((field) => field === document.activeElement)).resolves.toBe(true);
  });

  it('talks to the client on Node', async () => {
    const ada = await openAs('Ada');
    const printed: string[] = [];
    async function* lines(): AsyncGenerator<string> {
      yield 'Hello from Node';
      await expectShown(ada.message('Hello from Node').filter({ hasText: 'Robot' }));
      await ada.say('Hello Robot');
      await expect.poll(() => printed).toContain('Ada: Hello Robot');
    }
    await ada.say('before');
    await expectShown(ada.message('before'));
    await chatOnNode({ url: `${server.url}/chat`, name: 'Robot', lines: lines(), print: (line) => printed.push(line) });
    expect(printed).toEqual(['Ada: before', 'Robot: Hello from Node', 'Ada: Hello Robot']);
    await ada.person('Robot').waitFor({ state: 'detached' });
  });

  async function sayAs(name: string, texts: readonly string[]): Promise<void> {
    await using chat = await connect<ChatHub>(`${server.url}/chat`);
    await chat.invoke.join(name, `the secret key of ${name}`);
    for (const text of texts) await chat.invoke.send(text);
  }
});

async function expectShown(locator: Locator): Promise<void> {
  await locator.waitFor();
}

function expectNoFailures(pages: readonly ChatPage[]): void {
  expect(pages.flatMap(({ failures }) => failures)).toEqual([]);
}

function distanceFromEnd(log: Locator): Promise<number> {
  return log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
}
