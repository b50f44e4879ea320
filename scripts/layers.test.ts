import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFixture, link, root, type Fixture } from './testing/workspace-fixture.ts';

const published = ['hub-protocol', 'transports', 'hub-server', 'hub-client'];
const thirdParty = ['ws', 'eventsource', 'express', 'msgpackr', 'inversify', 'left-out'];

/** The workspace without its sources: the real configuration over files that a test chooses. */
function createWorkspace(): Fixture {
  const fixture = createFixture([
    '.dependency-cruiser.cjs',
    'scripts/layers.cjs',
    'package.json',
    'tsconfig.base.json',
    'tsconfig.test.json',
    ...published.map((name) => `${name}/package.json`),
  ]);
  for (const name of published) link(fixture, `node_modules/@hubwire/${name}`, join(fixture.folder, name));
  for (const name of thirdParty) {
    fixture.write({
      [`node_modules/${name}/package.json`]: JSON.stringify({
        name,
        version: '1.0.0',
        type: 'module',
        exports: './i.js',
      }),
      [`node_modules/${name}/i.js`]: 'export const x = 1;',
    });
  }
  return fixture;
}

/** Every violation as `rule: from -> to`, sorted. */
function violationsOf({ folder }: Fixture): string[] {
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...published];
  const { stdout, stderr } = spawnSync(process.execPath, [tool, ...args], { cwd: folder, encoding: 'utf8' });
  expect(stderr.replaceAll(/^npm warn .*\n/gm, '')).toBe('');
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
}

const typeOf = (specifier: string) => `import type { X } from '${specifier}';\nexport type Y = X;\n`;
const valueOf = (specifier: string) => `import { x } from '${specifier}';\nexport const y = x;\n`;
const leaf = 'export const x = 1;\nexport type X = number;\n';
const leaves = {
  'hub-protocol/src/index.ts': leaf,
  'hub-protocol/src/messages.ts': leaf,
  'transports/src/index.ts': leaf,
  'transports/src/server/index.ts': leaf,
  'transports/src/client/index.ts': leaf,
  'hub-server/src/index.ts': leaf,
  'hub-client/src/index.ts': leaf,
};

describe('the layer check', () => {
  let workspace: Fixture;
  beforeEach(() => {
    workspace = createWorkspace();
    workspace.write(leaves);
  });
  afterEach(() => workspace[Symbol.dispose]());

  it('accepts what the table allows', () => {
    workspace.write({
      'hub-server/src/hosting/map-hub.ts': valueOf('@hubwire/transports/server'),
      'hub-server/src/connection/context.ts': typeOf('../lifetime/store.ts') + valueOf('../errors.ts'),
      'hub-server/src/lifetime/store.ts': typeOf('@hubwire/hub-protocol') + valueOf('../backplane/backplane.ts'),
      'hub-server/src/backplane/backplane.ts': leaf,
      'hub-server/src/errors.ts': leaf,
      'hub-server/src/hub.test.ts': valueOf('./testing/index.ts') + `import 'express';\n`,
      'hub-server/src/testing/index.ts': leaf,
      'hub-client/src/hub-connection-builder.ts': valueOf('@hubwire/transports/client'),
      'transports/src/server/web-socket-transport.ts': valueOf('ws'),
      'transports/src/client/platform/web-socket.node.ts': valueOf('ws') + `import 'node:http';\n`,
      'hub-protocol/src/messagepack/codec.ts': valueOf('msgpackr'),
    });
    expect(violationsOf(workspace)).toEqual([]);
  });

  it('reports imports that cross packages against the table or past an entry', () => {
    workspace.write({
      'hub-protocol/src/up.ts': typeOf('@hubwire/transports'),
      'transports/src/up.ts': valueOf('../../hub-protocol/src/index.ts'),
      'hub-client/src/sideways.ts': typeOf('@hubwire/hub-server'),
      'hub-server/src/sideways.test.ts': valueOf('@hubwire/hub-client'),
      'hub-server/src/deep.ts': typeOf('../../hub-protocol/src/messages.ts'),
      'hub-server/src/dispatch/root.ts': valueOf('@hubwire/transports/server'),
      'hub-client/src/root.ts': valueOf('@hubwire/transports/client'),
    });
    expect(violationsOf(workspace)).toEqual([
      'entry-files-only: hub-server/src/deep.ts -> hub-protocol/src/messages.ts',
      'layers/hub-client: hub-client/src/sideways.ts -> hub-server/src/index.ts',
      'layers/hub-protocol: hub-protocol/src/up.ts -> transports/src/index.ts',
      'layers/hub-server: hub-server/src/sideways.test.ts -> hub-client/src/index.ts',
      'layers/transports: transports/src/up.ts -> hub-protocol/src/index.ts',
      'only-from-root/transports/src/client: hub-client/src/root.ts -> transports/src/client/index.ts',
      'only-from-root/transports/src/server: hub-server/src/dispatch/root.ts -> transports/src/server/index.ts',
    ]);
  });

  it('reports imports that go up or sideways inside hub-server and transports', () => {
    workspace.write({
      'hub-server/src/hosting/host.ts': leaf,
      'hub-server/src/clients/audience.ts': leaf,
      'hub-server/src/backplane/backplane.ts': typeOf('../hosting/host.ts'),
      'hub-server/src/auth/policy.ts': typeOf('../clients/audience.ts'),
      'hub-server/src/errors.ts': typeOf('./clients/audience.ts'),
      'hub-server/src/hub-server-options.ts': typeOf('./clients/audience.ts'),
      'hub-server/src/observability/events.ts': valueOf('../clients/audience.ts'),
      'transports/src/server/a.ts': typeOf('../client/index.ts'),
      'transports/src/client/b.ts': valueOf('../server/index.ts'),
      'transports/src/in-memory/c.ts': typeOf('../server/index.ts'),
    });
    expect(violationsOf(workspace)).toEqual([
      'hub-server/auth: hub-server/src/auth/policy.ts -> hub-server/src/clients/audience.ts',
      'hub-server/backplane: hub-server/src/backplane/backplane.ts -> hub-server/src/hosting/host.ts',
      'hub-server/shared: hub-server/src/errors.ts -> hub-server/src/clients/audience.ts',
      'hub-server/shared: hub-server/src/hub-server-options.ts -> hub-server/src/clients/audience.ts',
      'hub-server/shared: hub-server/src/observability/events.ts -> hub-server/src/clients/audience.ts',
      'transports/client: transports/src/client/b.ts -> transports/src/server/index.ts',
      'transports/in-memory: transports/src/in-memory/c.ts -> transports/src/server/index.ts',
      'transports/server: transports/src/server/a.ts -> transports/src/client/index.ts',
    ]);
  });

  it('reports cycles, those of types alone included', () => {
    workspace.write({
      'transports/src/a.ts': `import type { B } from './b.ts';\nexport type A = B | 1;\n`,
      'transports/src/b.ts': `import type { A } from './a.ts';\nexport type B = A | 2;\n`,
    });
    expect(violationsOf(workspace)).toContain('no-cycles: transports/src/a.ts -> transports/src/b.ts');
  });

  it('reports third-party, test and node: imports out of place', () => {
    workspace.write({
      'transports/src/server/a.ts': valueOf('ws'),
      'transports/src/client/b.ts': valueOf('eventsource'),
      'transports/src/server/c.ts': valueOf('express'),
      'hub-protocol/src/messagepack/d.ts': valueOf('msgpackr'),
      'hub-server/src/activation/e.ts': typeOf('inversify'),
      'hub-server/src/f.ts': valueOf('left-out'),
      'hub-server/src/g.ts': valueOf('./testing/index.ts') + `import './h.test.ts';\n`,
      'hub-server/src/testing/index.ts': leaf,
      'hub-server/src/h.test.ts': leaf,
      'hub-protocol/src/i.ts': `import type { Buffer } from 'node:buffer';\nexport type I = Buffer;\n`,
      'hub-client/src/j.ts': `import './missing.ts';\n`,
    });
    const library = (name: string) => `node_modules/${name}/i.js`;
    expect(violationsOf(workspace)).toEqual([
      `declared-dependencies: hub-server/src/f.ts -> ${library('left-out')}`,
      'isomorphic: hub-protocol/src/i.ts -> buffer',
      'no-tests-in-src: hub-server/src/g.ts -> hub-server/src/h.test.ts',
      'no-tests-in-src: hub-server/src/g.ts -> hub-server/src/testing/index.ts',
      `only-from/eventsource: transports/src/client/b.ts -> ${library('eventsource')}`,
      `only-from/express: transports/src/server/c.ts -> ${library('express')}`,
      `only-from/inversify: hub-server/src/activation/e.ts -> ${library('inversify')}`,
      `only-from/msgpackr: hub-protocol/src/messagepack/d.ts -> ${library('msgpackr')}`,
      `only-from/ws: transports/src/server/a.ts -> ${library('ws')}`,
      'resolvable: hub-client/src/j.ts -> ./missing.ts',
    ]);
  });
});
