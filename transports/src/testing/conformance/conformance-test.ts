import type { TransferFormat } from '../../connection.ts';
import type { ConnectionRecorder } from '../connection-recorder.ts';

/** Both ends of an open connection; a test that starts them itself says so. */
export interface RecordedPair {
  readonly client: ConnectionRecorder;
  readonly server: ConnectionRecorder;
  readonly transferFormat: TransferFormat;
}

export interface ConformanceTest {
  readonly name: string;
  /** @default every format of the transport */
  readonly format?: TransferFormat;
  /** Runs only where frames keep their borders. */
  readonly needsFrames?: true;
  /** The test calls `start` itself. */
  readonly isUnstarted?: true;
  readonly run: (pair: RecordedPair) => Promise<void>;
}

/** One end sends, the other receives; a test of one way runs both ways. */
export interface Way {
  readonly from: ConnectionRecorder;
  readonly to: ConnectionRecorder;
  readonly transferFormat: TransferFormat;
}

type WayTest = Omit<ConformanceTest, 'run'> & { readonly run: (way: Way) => Promise<void> };

/** The same test for both directions. */
export function bothWays(test: WayTest): ConformanceTest[] {
  return [
    {
      ...test,
      name: `client to server: ${test.name}`,
      run: ({ client, server, transferFormat }) => test.run({ from: client, to: server, transferFormat }),
    },
    {
      ...test,
      name: `server to client: ${test.name}`,
      run: ({ client, server, transferFormat }) => test.run({ from: server, to: client, transferFormat }),
    },
  ];
}

const encoder = new TextEncoder();

/** A frame of the format with `text` in it. */
export function frameOf(transferFormat: TransferFormat, text: string): string | Uint8Array {
  return transferFormat === 'Text' ? text : encoder.encode(text);
}

/** How many bytes `text` has on the wire. */
export function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}
