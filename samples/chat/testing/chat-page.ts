import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { build } from 'vite';

/** Builds the page into a folder, from the sources of all packages. */
export async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    logLevel: 'error',
    resolve: { conditions: ['@hubwire/source', 'module', 'browser', 'production'] },
    build: { outDir, emptyOutDir: true },
  });
}

/** The chat as someone sees it, in a browser session of its own. */
export class ChatPage {
  readonly page: Page;
  /** Exceptions, and what the content security policy stopped. */
  readonly failures: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.failures.push(String(error)));
    page.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) this.failures.push(line.text());
    });
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<ChatPage> {
    const context = await browser.newContext(options);
    const chat = new ChatPage(await context.newPage());
    await chat.page.goto(url);
    return chat;
  }

  get joinDialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Join the lobby' });
  }

  get textField(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  get banner(): Locator {
    return this.page.getByText('The connection was lost. Reconnecting…');
  }

  get messages(): Locator {
    return this.page.getByRole('log', { name: 'Messages' }).getByRole('listitem');
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }

  person(name: string): Locator {
    return this.page.getByRole('list', { name: 'Here now' }).getByRole('listitem').filter({ hasText: name });
  }

  connectedOver(transport: string): Locator {
    return this.page.getByRole('status').filter({ hasText: `Connected over ${transport}` });
  }

  async enterName(name: string): Promise<void> {
    await this.page.getByLabel('Your name').fill(name);
    await this.page.keyboard.press('Enter');
  }

  async join(name: string): Promise<void> {
    await this.enterName(name);
    await this.joinDialog.waitFor({ state: 'hidden' });
  }

  async say(text: string): Promise<void> {
    await this.textField.fill(text);
    await this.page.keyboard.press('Enter');
  }
}
