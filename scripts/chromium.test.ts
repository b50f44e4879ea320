import { afterEach, describe, expect, it, vi } from 'vitest';
import { chromiumPath, describeBrowser, launchChromium } from './testing/chromium.ts';

describe('chromiumPath', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('takes the executable that CHROMIUM_PATH names', () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    expect(chromiumPath()).toBe(process.execPath);
  });

  it('finds none when CHROMIUM_PATH names no file', async () => {
    vi.stubEnv('CHROMIUM_PATH', '/no/such/browser');
    expect(chromiumPath()).toBeUndefined();
    await expect(launchChromium()).rejects.toThrow('apt-get install -y chromium');
  });
});

describeBrowser('launchChromium', () => {
  it('runs a page', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      expect(await page.evaluate(() => [1, 2, 3].map((n) => n * 2))).toEqual([2, 4, 6]);
    } finally {
      await browser.close();
    }
  }, 30_000);
});
