import type { Step } from '../scenario.ts';

/** Sends one invocation with the id `1` and waits for its answer. */
export function call(target: string, ...args: readonly unknown[]): readonly Step[] {
  return [{ send: [{ type: 1, invocationId: '1', target, arguments: args }] }, { receive: 1 }];
}

/** A call that shows whether the connection still works. */
export const probe: readonly Step[] = [
  { send: [{ type: 1, invocationId: 'probe', target: 'Echo', arguments: ['alive'] }] },
  'settled',
];
