import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { build } from 'vite';

/** Builds the page into a folder, from the sources of all packages; strict mode does things twice in development only. */
export async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': JSON.stringify('development') },
    oxc: { jsx: { development: true } },
    resolve: { conditions: ['@hubwire/source', 'module', 'browser', 'development'] },
    build: { outDir, emptyOutDir: true },
  });
}

/** The poll as someone sees it, in a browser session of its own. */
export class PollPage {
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

  /** `prepare` runs before the page is there. */
  static async open(
    browser: Browser,
    url: string,
    { prepare, ...options }: BrowserContextOptions & { prepare?: (page: Page) => Promise<void> } = {},
  ): Promise<PollPage> {
    const context = await browser.newContext(options);
    const poll = new PollPage(await context.newPage());
    await prepare?.(poll.page);
    await poll.page.goto(url);
    return poll;
  }

  get status(): Locator {
    return this.page.getByRole('status');
  }

  get isLive(): Locator {
    return this.status.filter({ hasText: 'Live over WebSockets' });
  }

  get isReconnecting(): Locator {
    return this.status.filter({ hasText: 'Connection lost. Reconnecting…' });
  }

  answer(text: string): Locator {
    return this.page.getByRole('button', { name: text });
  }

  /** Notes the states that the connection goes through from now on; to be read with `statesSeen`. */
  async noteStates(): Promise<void> {
    await this.status.evaluate((status) => {
      const seen: (string | undefined)[] = [];
      Object.assign(globalThis, { seen });
      new MutationObserver(() => seen.push(status.dataset['state'])).observe(status, { attributes: true });
    });
  }

  async statesSeen(): Promise<readonly string[]> {
    return this.page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  }
}
