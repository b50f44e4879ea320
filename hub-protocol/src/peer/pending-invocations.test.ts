import { describe, expect, it } from 'vitest';
import { MessageType, type CompletionOutcome } from '../messages.ts';
import { PendingInvocations, type PendingInvocation } from './pending-invocations.ts';

function recordingCall() {
  const log: unknown[] = [];
  const call: PendingInvocation = {
    complete: (outcome) => log.push(outcome),
    item: (item) => log.push(item),
    fail: (error) => log.push(error),
  };
  return { log, call };
}

const completion = (invocationId: string, outcome: CompletionOutcome = { kind: 'void' }) =>
  ({ type: MessageType.Completion, invocationId, outcome }) as const;

describe('PendingInvocations', () => {
  it('gives each answer to its own call, once', () => {
    const pending = new PendingInvocations({ maximum: 10 });
    const [first, second] = [recordingCall(), recordingCall()];
    const [firstId, secondId] = [pending.add(first.call), pending.add(second.call)];
    expect(pending.item({ type: MessageType.StreamItem, invocationId: firstId, item: 'x' })).toBe(true);
    expect(pending.complete(completion(secondId, { kind: 'result', result: 2 }))).toBe(true);
    expect(pending.complete(completion(secondId))).toBe(false);
    expect(first.log).toEqual(['x']);
    expect(second.log).toEqual([{ kind: 'result', result: 2 }]);
    expect(pending.size).toBe(1);
  });

  it('knows nothing of ids that were never given, or are removed', () => {
    const pending = new PendingInvocations({ maximum: 10 });
    const { log, call } = recordingCall();
    const id = pending.add(call);
    pending.remove(id);
    expect(pending.complete(completion(id))).toBe(false);
    expect(pending.complete(completion('__proto__'))).toBe(false);
    expect(pending.item({ type: MessageType.StreamItem, invocationId: 'other', item: 1 })).toBe(false);
    expect(log).toEqual([]);
  });

  it('refuses more than its maximum, and takes one again when one is answered', () => {
    const pending = new PendingInvocations({ maximum: 1 });
    const id = pending.add(recordingCall().call);
    expect(() => pending.add(recordingCall().call)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_TOO_MANY_INVOCATIONS' }),
    );
    pending.complete(completion(id));
    expect(pending.add(recordingCall().call)).not.toBe(id);
  });

  it('fails all calls that wait, also those whose failure starts another', () => {
    const pending = new PendingInvocations({ maximum: 10, idPrefix: 's' });
    const error = new Error('gone');
    const { log, call } = recordingCall();
    pending.add(call);
    const id = pending.add({ ...call, fail: () => void pending.add(call) });
    pending.failAll(error);
    expect(id).toBe('s2');
    expect(log).toEqual([error]);
    expect(pending.size).toBe(1);
  });
});
