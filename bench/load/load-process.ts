import { contenders } from '../contenders/contenders.ts';
import type { LinkKind } from '../contenders/contender.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import type { Workload } from '../scenarios/scenario.ts';

/** What the driver asks of a load generator. Every one is answered, with a result or an error. */
export type LoadRequest =
  | { readonly kind: 'open'; readonly workload: WorkloadRequest }
  | { readonly kind: 'measure'; readonly seconds: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'memory'; readonly rssBytes: number; readonly heapBytes: number };

export interface WorkloadRequest {
  readonly scenario: string;
  readonly contender: string;
  readonly link: LinkKind;
  readonly port: number;
  readonly serverPid: number;
  readonly checkEvery: number;
}

/** `needs-memory` asks back for the server's memory; the answer is a request of kind `memory`. */
export type LoadAnswer =
  | { readonly kind: 'done'; readonly result?: unknown }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'needs-memory' };

let workload: Workload | undefined;
let takeMemory: ((memory: { rssBytes: number; heapBytes: number }) => void) | undefined;

process.on('message', (request: LoadRequest) => {
  if (request.kind === 'memory') return takeMemory?.(request);
  run(request).then(
    (result) => answer({ kind: 'done', result }),
    (error: unknown) =>
      answer({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.once('disconnect', () => process.exit());

async function run(request: Exclude<LoadRequest, { kind: 'memory' }>): Promise<unknown> {
  switch (request.kind) {
    case 'open':
      workload = await open(request.workload);
      return undefined;
    case 'measure':
      return workload!.measure(request.seconds);
    case 'close':
      return workload?.close();
  }
}

function open({ scenario, contender, ...context }: WorkloadRequest): Promise<Workload> {
  return scenarios
    .find(({ name }) => name === scenario)!
    .open({
      ...context,
      contender: contenders.find(({ name }) => name === contender)!,
      scale: 1,
      serverMemory: () => {
        answer({ kind: 'needs-memory' });
        return new Promise((resolve) => (takeMemory = resolve));
      },
    });
}

function answer(message: LoadAnswer): void {
  process.send!(message);
}
