import { describe, expect, it } from 'vitest';
import { ConnectionLifecycle, type ClientState } from './connection-lifecycle.ts';

const disconnected: ClientState = { name: 'disconnected' };
const connecting: ClientState = { name: 'connecting', attempt: new AbortController(), settled: Promise.resolve() };

describe('ConnectionLifecycle', () => {
  it('moves as the table allows, and tells each move', () => {
    const moves: string[] = [];
    const lifecycle = new ConnectionLifecycle((next, previous) => moves.push(`${previous.name} → ${next.name}`));
    lifecycle.transition(connecting);
    expect(lifecycle.state).toBe(connecting);
    lifecycle.transition(disconnected);
    expect(lifecycle.state).toBe(disconnected);
    expect(moves).toEqual(['disconnected → connecting', 'connecting → disconnected']);
  });

  it('refuses every other move and stays where it is', () => {
    const lifecycle = new ConnectionLifecycle(() => {});
    expect(() => lifecycle.transition({ name: 'disconnecting', stopped: Promise.resolve() })).toThrow(
      "from 'disconnected' to 'disconnecting'",
    );
    expect(lifecycle.state.name).toBe('disconnected');
  });
});
