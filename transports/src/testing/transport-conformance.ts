import assert from 'node:assert/strict';
import type { Connection, TransferFormat } from '../connection.ts';
import type { ConformanceTest } from './conformance/conformance-test.ts';
import { deliveryTests } from './conformance/delivery.ts';
import { endingTests } from './conformance/ending.ts';
import { flowControlTests } from './conformance/flow-control.ts';
import { livenessTests } from './conformance/liveness.ts';
import { ConnectionRecorder } from './connection-recorder.ts';

/** Both ends of one open connection, neither of them started. */
export interface OpenedPair {
  readonly client: Connection;
  readonly server: Connection;
  /** Frees everything behind them. */
  dispose(): void | Promise<void>;
}

export interface TransportConformanceOptions {
  readonly name: string;
  readonly transferFormats: readonly TransferFormat[];
  /** Opens a new connection, called for each test. */
  open(transferFormat: TransferFormat): Promise<OpenedPair>;
  /** Whether every frame arrives as the one that was sent. @default false */
  readonly keepsFrames?: boolean;
  /** Tests that the transport cannot pass, by name; they stay visible as skipped. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** What vitest, jest and node:test have in common. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  it: {
    (name: string, run: () => Promise<void>): unknown;
    skip(name: string, run: () => Promise<void>): unknown;
  };
}

const allTests: readonly ConformanceTest[] = [...deliveryTests, ...endingTests, ...flowControlTests, ...livenessTests];

/**
 * Defines the tests that every transport has to pass.
 *
 * @example
 * import { describe, it } from 'vitest';
 * defineTransportConformance({ name: 'Mine', transferFormats: ['Text'], open }, { describe, it });
 */
export function defineTransportConformance(options: TransportConformanceOptions, runner: TestRunner): void {
  const skipped = new Map(options.skip?.flatMap(({ reason, tests }) => tests.map((test) => [test, reason])));
  for (const name of skipped.keys()) {
    if (!allTests.some((test) => test.name === name)) throw new Error(`skip names a test that is none: ${name}`);
  }
  runner.describe(`transport conformance: ${options.name}`, () => {
    for (const transferFormat of options.transferFormats) {
      for (const test of allTests) {
        if (test.format !== undefined && test.format !== transferFormat) continue;
        if (test.needsFrames && !options.keepsFrames) continue;
        const reason = skipped.get(test.name);
        const run = () => runTest(test, options, transferFormat);
        if (reason === undefined) runner.it(`${transferFormat}: ${test.name}`, run);
        else runner.it.skip(`${transferFormat}: ${test.name} (${reason})`, run);
      }
    }
  });
}

async function runTest(
  test: ConformanceTest,
  options: TransportConformanceOptions,
  transferFormat: TransferFormat,
): Promise<void> {
  const opened = await options.open(transferFormat);
  try {
    const client = new ConnectionRecorder(opened.client);
    const server = new ConnectionRecorder(opened.server);
    if (!test.isUnstarted) [client, server].forEach((end) => end.start());
    await test.run({ client, server, transferFormat });
    assert.deepEqual({ client: client.violations, server: server.violations }, { client: [], server: [] });
  } finally {
    await opened.dispose();
  }
}
