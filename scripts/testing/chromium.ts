import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const howToInstall =
  'No Chromium found. Install one (Debian, Ubuntu: apt-get install -y chromium) or set CHROMIUM_PATH to its executable.';

/** The Chromium that browser tests drive: `CHROMIUM_PATH`, else the system's own. */
export function chromiumPath(): string | undefined {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') return existsSync(chosen) ? chosen : undefined;
  return places.find((path) => existsSync(path));
}

/** Starts a headless Chromium which calls nobody by itself. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(howToInstall);
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A `describe` for tests that need a browser. Without one they are skipped and the reason is printed; in CI (`CI=true`)
 * a missing browser is a failure.
 */
export function describeBrowser(name: string, define: () => void): void {
  if (chromiumPath() !== undefined) {
    describe(name, define);
  } else if (process.env['CI'] === 'true') {
    describe(name, () => {
      it('has a browser', () => expect.fail(howToInstall));
    });
  } else {
    console.warn(`Skipped: ${name}. ${howToInstall}`);
    describe.skip(name, define);
  }
}
