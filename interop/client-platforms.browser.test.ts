import type * as Hubwire from '@hubwire/hub-client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeBrowser, launchChromium } from '../scripts/testing/chromium.ts';
import { buildForBrowsers, type BrowserBuilds } from './src/client-platforms/browser-builds.ts';
import { startPlatformServer, type PlatformServer } from './src/client-platforms/platform-server.ts';
import { expectedUse, useHubConnection, type UseOptions } from './src/client-platforms/use-hub-connection.ts';

type Transport = NonNullable<UseOptions['transport']>;

/** What the page or worker is asked: the options, but with the protocol by its name. */
interface Ask {
  readonly transport: Transport;
  readonly protocol: 'json' | 'messagepack';
}

const answer = `async ({ transport, protocol }) =>
  use(hubwire, { url: '/hub', transport, ...(protocol === 'messagepack' && { protocol: new MessagePackHubProtocol() }) })`;
const module = `import * as hubwire from '/hubwire.js';
import { MessagePackHubProtocol } from '/messagepack.js';
const use = ${useHubConnection.toString()};
const answer = ${answer};`;
const classic = `const { MessagePackHubProtocol } = hubwireMessagePack;
const use = ${useHubConnection.toString()};
const answer = ${answer};`;
const importScripts = `importScripts('/hubwire.global.js', '/messagepack.global.js');\n${classic}`;
const toPage = 'globalThis.answer = answer;';
const toWorker = 'onmessage = async ({ data }) => postMessage(await answer(data).catch(String));';
const toServiceWorker = `oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
onmessage = (event) =>
  event.waitUntil(answer(event.data).catch(String).then((answer) => event.source.postMessage(answer)));`;

const texts = {
  '/module.html': '<!doctype html><script type="module" src="/page-module.js"></script>',
  '/page-module.js': `${module}\n${toPage}\nglobalThis.hubwire = hubwire;`,
  '/classic.html': `<!doctype html><script src="/hubwire.global.js"></script>
    <script src="/messagepack.global.js"></script><script src="/page-classic.js"></script>`,
  '/page-classic.js': `${classic}\n${toPage}`,
  '/empty.html': '<!doctype html>',
  '/forbidden.html': '<!doctype html><script>globalThis.inline = true</script><script src="/eval.js"></script>',
  '/eval.js': `try { new Function(''); globalThis.evaluated = true; } catch { globalThis.evaluated = false; }`,
  '/worker-module.js': `${module}\n${toWorker}`,
  '/worker-classic.js': `${importScripts}\n${toWorker}`,
  '/service-worker-module.js': `${module}\n${toServiceWorker}`,
  '/service-worker-classic.js': `${importScripts}\n${toServiceWorker}`,
};

const everyTransport: readonly Transport[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];
const everyWay = everyTransport.flatMap((transport) =>
  (['json', 'messagepack'] as const)
    .filter((protocol) => protocol === 'json' || transport !== 'ServerSentEvents')
    .map((protocol) => ({ transport, protocol })),
);
/** There is no EventSource in service workers. */
const everyWayOfServiceWorkers = everyWay.filter(({ transport }) => transport !== 'ServerSentEvents');

describeBrowser('the files for browsers', () => {
  let builds: BrowserBuilds;
  let server: PlatformServer;
  let browser: Browser;
  let page: Page;
  let failures: string[];

  beforeAll(async () => {
    builds = await buildForBrowsers();
    [server, browser] = await Promise.all([startPlatformServer({ files: builds.folder, texts }), launchChromium()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await builds?.[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    const context = await browser.newContext();
    page = await context.newPage();
    failures = [];
    page.on('pageerror', (error) => failures.push(String(error)));
    context.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) failures.push(line.text());
    });
  });

  afterEach(async () => {
    await page.context().close();
    expectNothing(failures);
  });

  async function open(path: string): Promise<void> {
    await page.goto(server.url + path);
  }

  it.each(['/module.html', '/classic.html'])('work in %s under a strict content security policy', async (path) => {
    await open(path);
    await page.waitForFunction(() => 'answer' in globalThis);
    for (const ask of everyWay) expect(await askPage(page, ask)).toEqual(expectedUse(ask.transport));
  });

  it.each(everyTransport)('let the server know at once, over %s, that a page is left', async (transport) => {
    await open('/module.html');
    await page.waitForFunction(() => 'answer' in globalThis);
    await page.evaluate(connectAndStay, transport);
    const connections = (): number => server.counters().connections.open;
    expect(connections()).toBe(1);
    await open('/empty.html');
    // Far sooner than a server gives up those who may come back.
    await expect.poll(connections, { timeout: 5_000 }).toBe(0);
  });

  it('are tested under a policy that is in force', async () => {
    await open('/forbidden.html');
    await expect(page.evaluate('({ evaluated, inline: "inline" in globalThis })')).resolves.toEqual({
      evaluated: false,
      inline: false,
    });
    await expect.poll(() => failures).toEqual([expect.stringContaining('inline script')]);
    failures = [];
  });

  it.each([
    ['module', '/worker-module.js'],
    ['classic', '/worker-classic.js'],
  ] as const)('work in a dedicated worker (%s)', async (type, script) => {
    await open('/empty.html');
    for (const ask of everyWay) {
      const used = await page.evaluate(askWorker, { type, script, ask });
      expect(used).toEqual(expectedUse(ask.transport));
    }
  });

  it.each([
    ['module', '/service-worker-module.js'],
    ['classic', '/service-worker-classic.js'],
  ] as const)('work in a service worker (%s)', async (type, script) => {
    await open('/empty.html');
    for (const ask of everyWayOfServiceWorkers) {
      const used = await page.evaluate(askServiceWorker, { type, script, ask });
      expect(used).toEqual(expectedUse(ask.transport));
    }
  });
});

/** Runs in the page of the module build. */
async function connectAndStay(transport: Transport): Promise<void> {
  const { connect } = (globalThis as unknown as { readonly hubwire: typeof Hubwire }).hubwire;
  await connect('/hub', { transports: [transport] });
}

interface WorkerAsk {
  readonly type: WorkerType;
  readonly script: string;
  readonly ask: Ask;
}

function askPage(page: Page, ask: Ask): Promise<unknown> {
  return page.evaluate((ask) => (globalThis as unknown as { answer(ask: Ask): unknown }).answer(ask), ask);
}

/** Runs in the page. */
function askWorker({ type, script, ask }: WorkerAsk): Promise<unknown> {
  const worker = new Worker(script, { type });
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(ask, []);
  }).finally(() => worker.terminate());
}

/** Runs in the page. */
async function askServiceWorker({ type, script, ask }: WorkerAsk): Promise<unknown> {
  await navigator.serviceWorker.register(script, { type });
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data), { once: true });
    active?.postMessage(ask, []);
  });
}

function expectNothing(failures: readonly string[]): void {
  expect(failures).toEqual([]);
}
