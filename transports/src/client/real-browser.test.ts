import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeBrowser, launchChromium } from '../../../scripts/testing/chromium.ts';
import type { CloseReason } from '../connection.ts';
import { LoopbackHost } from '../testing/loopback-host.ts';
import type * as Client from './index.ts';
import type { TransportName } from './http-connection-options.ts';

/** The client entry as an application's bundler makes it for browsers. */
async function bundleForBrowsers(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@hubwire/source', 'browser', 'module', 'import', 'default'] },
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL('index.ts', import.meta.url)),
        preserveEntrySignatures: 'exports-only',
      },
    },
  });
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  return outputs.map((output) => (output.type === 'chunk' ? output.code : '')).join('\n');
}

let bundle: string;
beforeAll(async () => {
  bundle = await bundleForBrowsers();
}, 60_000);

describe('the bundle for browsers', () => {
  it('imports nothing, and nothing of Node.js', () => {
    expect(bundle).not.toMatch(/\b(?:from|import)\s*\(?["'`]/);
    expect(bundle).not.toMatch(/node:|\bprocess\b|\bBuffer\b/);
  });

  it('stays small', () => {
    expect(gzipSync(bundle).byteLength).toBeLessThan(7_500);
  });
});

interface Seen {
  transport: string;
  text: string;
  end: string;
}

/** Runs in the page: sends, waits for the echo, closes. */
async function echoInPage({ url, name, text }: { url: string; name: TransportName; text: string }): Promise<Seen> {
  const { client } = globalThis as unknown as { client: typeof Client };
  const connect = client.createHttpConnectionFactory(url, { transports: [name], accessTokenFactory: () => 'token' });
  const connection = await connect('Text', AbortSignal.timeout(5_000));
  return new Promise((resolve) => {
    let echoed = '';
    connection.start({
      onFrame(frame) {
        echoed += String(frame);
        if (echoed.length >= text.length) connection.close();
      },
      onDrain() {},
      onClose: ({ kind }) => resolve({ transport: connection.transport, text: echoed, end: kind }),
    });
    for (let at = 0; at < text.length; at += 1_000) connection.send(text.slice(at, at + 1_000));
  });
}

describeBrowser('in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let host: LoopbackHost;

  beforeAll(async () => {
    host = await LoopbackHost.start(
      {},
      {
        '/page': {
          contentType: 'text/html',
          body: `<script type="module">globalThis.client = await import('/client.js');</script>`,
        },
        '/client.js': { contentType: 'text/javascript', body: bundle },
      },
    );
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(new URL('/page', host.url).href);
    await page.waitForFunction(() => 'client' in globalThis);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it.each<TransportName>(['WebSockets', 'ServerSentEvents', 'LongPolling'])(
    '%s works with a relative URL',
    async (name) => {
      const text = 'ASCII, \u0000, \u001E, \uFEFF, \n, \u20AC and \u{1F600}. '.repeat(200);
      const [seen, ended] = await Promise.all([page.evaluate(echoInPage, { url: '/hub', name, text }), echo(host)]);
      expect(seen).toEqual({ transport: name, text, end: 'local' });
      expect(ended).toEqual({ kind: 'remote' });
    },
  );
});

/** Sends back what the next connection brings; resolves with its end. */
async function echo(host: LoopbackHost): Promise<CloseReason> {
  const server = await host.accept();
  return new Promise((resolve) => {
    server.start({
      onFrame: (frame) => void server.send(Buffer.from(frame).toString()),
      onDrain() {},
      onClose: resolve,
    });
  });
}
