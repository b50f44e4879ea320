import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixture, link, root, type Fixture } from './testing/workspace-fixture.ts';

const published = ['hub-protocol', 'transports', 'hub-server', 'hub-client'];
const thirdParty = ['ws', 'eventsource', 'express', 'msgpackr', 'inversify', 'left-out'];

const typeOf = (specifier: string) => `import type { X } from '${specifier}';\nexport type Y = X;\n`;
const valueOf = (specifier: string) => `import { x } from '${specifier}';\nexport const y = x;\n`;
const leaf = 'export const x = 1;\nexport type X = number;\n';

/** Files that break no rule by themselves; `cycle-b.ts` closes a cycle, which is reported once. */
const allowed = {
  'hub-protocol/src/index.ts': leaf,
  'hub-protocol/src/messages.ts': leaf,
  'transports/src/index.ts': leaf,
  'transports/src/cycle-b.ts': typeOf('./cycle-a.ts'),
  'transports/src/server/index.ts': leaf,
  'transports/src/server/web-socket-transport.ts': valueOf('ws'),
  'transports/src/client/index.ts': leaf,
  'transports/src/client/platform/web-socket.node.ts': valueOf('ws') + `import 'node:http';\n`,
  'hub-server/src/index.ts': leaf,
  'hub-server/src/errors.ts': leaf,
  'hub-server/src/hosting/map-hub.ts': valueOf('@hubwire/transports/server'),
  'hub-server/src/connection/context.ts': typeOf('../lifetime/store.ts') + valueOf('../errors.ts'),
  'hub-server/src/connection/request.ts': typeOf('@hubwire/transports/server'),
  'hub-server/src/clients/proxy.ts': leaf,
  'hub-server/src/lifetime/store.ts': typeOf('@hubwire/hub-protocol') + valueOf('../backplane/backplane.ts'),
  'hub-server/src/backplane/backplane.ts': leaf,
  'hub-server/src/testing/index.ts': leaf,
  'hub-server/src/hub.test.ts': valueOf('./testing/index.ts') + `import 'express';\n`,
  'hub-client/src/index.ts': leaf,
  'hub-client/src/hub-connection-builder.ts': valueOf('@hubwire/transports/client'),
};

/** Each file breaks one rule: its text, then the rule and the file it must not import. */
const seeds: Readonly<Record<string, readonly [text: string, rule: string, to: string]>> = {
  'hub-protocol/src/up.ts': [typeOf('@hubwire/transports'), 'layers/hub-protocol', 'transports/src/index.ts'],
  'transports/src/up.ts': [
    valueOf('../../hub-protocol/src/index.ts'),
    'layers/transports',
    'hub-protocol/src/index.ts',
  ],
  'hub-client/src/side.ts': [typeOf('@hubwire/hub-server'), 'layers/hub-client', 'hub-server/src/index.ts'],
  'hub-server/src/side.test.ts': [valueOf('@hubwire/hub-client'), 'layers/hub-server', 'hub-client/src/index.ts'],
  'hub-server/src/deep.ts': [
    typeOf('../../hub-protocol/src/messages.ts'),
    'entry-files-only',
    'hub-protocol/src/messages.ts',
  ],
  'hub-server/src/dispatch/root.ts': [
    valueOf('@hubwire/transports/server'),
    'only-from-root/transports/src/server',
    'transports/src/server/index.ts',
  ],
  'hub-client/src/root.ts': [
    valueOf('@hubwire/transports/client'),
    'only-from-root/transports/src/client',
    'transports/src/client/index.ts',
  ],
  'hub-server/src/backplane/up.ts': [
    typeOf('../hosting/map-hub.ts'),
    'hub-server/backplane',
    'hub-server/src/hosting/map-hub.ts',
  ],
  'hub-server/src/auth/side.ts': [typeOf('../clients/proxy.ts'), 'hub-server/auth', 'hub-server/src/clients/proxy.ts'],
  'hub-server/src/hub-options.ts': [
    typeOf('./clients/proxy.ts'),
    'hub-server/shared',
    'hub-server/src/clients/proxy.ts',
  ],
  'hub-server/src/observability/events.ts': [
    valueOf('../clients/proxy.ts'),
    'hub-server/shared',
    'hub-server/src/clients/proxy.ts',
  ],
  'transports/src/server/side.ts': [
    typeOf('../client/index.ts'),
    'transports/server',
    'transports/src/client/index.ts',
  ],
  'transports/src/client/side.ts': [
    valueOf('../server/index.ts'),
    'transports/client',
    'transports/src/server/index.ts',
  ],
  'transports/src/in-memory/side.ts': [
    typeOf('../server/index.ts'),
    'transports/in-memory',
    'transports/src/server/index.ts',
  ],
  'transports/src/cycle-a.ts': [typeOf('./cycle-b.ts'), 'no-cycles', 'transports/src/cycle-b.ts'],
  'transports/src/server/socket.ts': [valueOf('ws'), 'only-from/ws', 'node_modules/ws/dist/index.js'],
  'transports/src/client/events.ts': [
    valueOf('eventsource'),
    'only-from/eventsource',
    'node_modules/eventsource/dist/index.js',
  ],
  'transports/src/server/app.ts': [valueOf('express'), 'only-from/express', 'node_modules/express/dist/index.js'],
  'hub-server/src/activation/container.ts': [
    typeOf('inversify'),
    'only-from/inversify',
    'node_modules/inversify/dist/index.js',
  ],
  'hub-server/src/undeclared.ts': [valueOf('left-out'), 'declared-dependencies', 'node_modules/left-out/dist/index.js'],
  'hub-server/src/helper.ts': [valueOf('./testing/index.ts'), 'no-tests-in-src', 'hub-server/src/testing/index.ts'],
  'hub-server/src/test-import.ts': [`import './hub.test.ts';\n`, 'no-tests-in-src', 'hub-server/src/hub.test.ts'],
  'hub-protocol/src/node.ts': [`import type { X } from 'node:buffer';\nexport type Y = X;\n`, 'isomorphic', 'buffer'],
  'hub-client/src/nowhere.ts': [`import './missing.ts';\n`, 'resolvable', './missing.ts'],
};

const line = (rule: string, from: string, to: string) => `${rule}: ${from} -> ${to}`;

describe('the layer check', () => {
  let workspace: Fixture;
  let violations: string[];

  beforeAll(() => {
    workspace = createWorkspace();
    workspace.write(allowed);
    workspace.write(Object.fromEntries(Object.entries(seeds).map(([path, [text]]) => [path, text])));
    violations = violationsOf(workspace);
  }, 60_000);
  afterAll(() => workspace[Symbol.dispose]());

  it.each(Object.entries(seeds))('reports %s', (path, [, rule, to]) => {
    expect(violations).toContain(line(rule, path, to));
  });

  it('reports nothing else', () => {
    const expected = Object.entries(seeds).map(([path, [, rule, to]]) => line(rule, path, to));
    expect(violations).toEqual(expected.toSorted());
  });
});

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
      [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'dist/index.js' }),
      [`node_modules/${name}/dist/index.js`]: 'exports.x = 1;',
    });
  }
  return fixture;
}

/** Every violation, as `line` writes it, sorted. */
function violationsOf({ folder }: Fixture): string[] {
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [tool, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...published];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return summary.violations.map(({ rule, from, to }) => line(rule.name, from, to)).toSorted();
}
