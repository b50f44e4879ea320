import { defineConfig } from 'vitest/config';

// Vitest hands these to Node as `--conditions` too, so `import` must not be among them: `require` would follow it.
const conditions = ['@hubwire/source', 'node', 'development|production'];
const resolve = { conditions };
const ssr = { resolve: { conditions } };
// Hubs in tests carry the decorators that inversify needs; tsconfig.test.json says the same to the type check.
const oxc = { decorator: { legacy: true } };
const ignored = ['**/node_modules/**', '**/dist/**', '**/.extracted/**'];

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        resolve,
        ssr,
        oxc,
        test: {
          name: 'unit',
          include: ['{hub-protocol,transports,hub-server,hub-client,scripts}/**/*.test.ts'],
          exclude: ignored,
          execArgv: ['--expose-gc'],
        },
      },
      {
        resolve,
        ssr,
        oxc,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['{hub-protocol,transports,hub-server,hub-client,samples}/**/*.test-d.ts'],
            tsconfig: './tsconfig.test.json',
          },
        },
      },
      {
        resolve,
        ssr,
        oxc,
        test: {
          name: 'e2e',
          include: ['{interop,samples,docs,bench}/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 30_000,
        },
      },
    ],
  },
});
