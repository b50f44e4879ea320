import { describe, expect, it } from 'vitest';

import type { ProxyKind } from './proxy-setting.ts';
import { proxyProgram } from './proxy.ts';

/**
 * A `describe` for tests behind a proxy. Where it is not installed they are skipped and the reason is printed; in CI
 * (`CI=true`) that is a failure.
 */
export function describeProxy(kind: ProxyKind, define: () => void): void {
  const title = `behind ${kind}`;
  const howToInstall = `There is no ${kind}. Install it (Debian, Ubuntu: apt-get install -y ${kind}).`;
  if (proxyProgram(kind) !== undefined) {
    describe(title, define);
  } else if (process.env['CI'] === 'true') {
    describe(title, () => {
      it('is installed', () => expect.fail(howToInstall));
    });
  } else {
    console.warn(`Skipped: ${title}. ${howToInstall}`);
    describe.skip(title, define);
  }
}
