import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { buildAspNetCoreServer } from './contenders/aspnetcore/build.ts';
import type { Contender, LinkKind, StartedServer } from './contenders/contender.ts';
import { contenders, referenceName } from './contenders/contenders.ts';
import { closeServer, listen } from './contenders/listen.ts';
import { servers } from './contenders/servers.ts';
import { rowsOf } from './driver/run-scenario.ts';
import { ServerHandle } from './driver/server-handle.ts';
import { scenarios } from './scenarios/scenarios.ts';
import type { Scenario, WorkloadContext } from './scenarios/scenario.ts';

const seconds = 0.02;
const scale = 0.01;
const aspNetCoreIsMissing = buildAspNetCoreServer();

interface Running extends StartedServer {
  readonly pid: number;
}

async function startServer(contender: Contender): Promise<Running> {
  if (contender.server === 'aspnetcore') {
    const handle = await ServerHandle.start(contender, {}, undefined);
    return { port: handle.port, pid: handle.pid, close: () => handle[Symbol.asyncDispose]() };
  }
  const { start } = await servers[contender.server]();
  return { ...(await start(contender.serverOptions)), pid: process.pid };
}

function contextOf(contender: Contender, link: LinkKind, server: Running): WorkloadContext {
  const { port, pid: serverPid } = server;
  const serverMemory = async (): Promise<{ rssBytes: number; heapBytes: number }> => {
    const { rss, heapUsed } = process.memoryUsage();
    return { rssBytes: rss, heapBytes: heapUsed };
  };
  return { contender, link, port, serverPid, checkEvery: 1, scale, serverMemory };
}

async function expectRightAnswers(scenario: Scenario, contender: Contender, link: LinkKind): Promise<void> {
  const server = await startServer(contender);
  onTestFinished(() => server.close());
  const workload = await scenario.open(contextOf(contender, link, server));
  onTestFinished(() => workload.close());
  const sample = await workload.measure(seconds);
  expect(sample.counted).toBeGreaterThan(0);
  expect(sample.checked).toBe(sample.counted);
  expect(Object.keys(sample.metrics)).toEqual(expect.arrayContaining([...scenario.metrics]));
}

function named<T extends { readonly name: string }>(all: readonly T[], wanted: string): T {
  const found = all.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`Nothing is called ${wanted}.`);
  return found;
}

describe.each(scenarios)('$name', (scenario) => {
  const rows = rowsOf(scenario, contenders).map(({ contender, link }) => ({ name: contender.name, contender, link }));

  it.for(rows)('is answered as it must be by $name over $link', async ({ contender, link }, context) => {
    if (contender.server === 'aspnetcore' && aspNetCoreIsMissing !== undefined)
      return context.skip(aspNetCoreIsMissing);
    await expectRightAnswers(scenario, contender, link);
  });
});

describe('the checks', () => {
  const ws = named(contenders, referenceName);
  const calls = named(scenarios, 'calls-64');

  /** A server that answers each message with what `answer` makes of it. */
  async function startWrongServer(answer: (text: string) => string): Promise<Running> {
    const http = createServer();
    new WebSocketServer({ server: http }).on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('message', (data: Buffer) => socket.send(answer(data.toString())));
    });
    return { port: await listen(http), pid: process.pid, close: () => closeServer(http) };
  }

  it.each([
    { what: 'with another text', answer: (text: string) => text.replace('fox', 'fix') },
    { what: 'with less', answer: (text: string) => text.slice(0, -1) },
    { what: 'with what another call has sent', answer: (text: string) => text.replace(/^\d+/, '7') },
  ])('find a server that answers $what', async ({ answer }) => {
    const server = await startWrongServer(answer);
    onTestFinished(() => server.close());
    const workload = await calls.open(contextOf(ws, 'WebSockets', server));
    onTestFinished(() => workload.close());
    await expect(workload.measure(seconds)).rejects.toThrow(/was answered with/);
  });

  it('find a server that ends its connections', async () => {
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    sockets.on('connection', (socket) => socket.on('message', () => socket.close()));
    const server = { port: await listen(http), pid: process.pid, close: () => closeServer(http) };
    onTestFinished(() => server.close());
    const workload = await calls.open(contextOf(ws, 'WebSockets', server));
    onTestFinished(() => workload.close());
    await expect(workload.measure(seconds)).rejects.toThrow(/said goodbye|closed a connection/);
  });
});
