import { createHubConnection, exponentialBackoff } from '@hubwire/hub-client';
import { useHub } from '@hubwire/hub-client/react';
import type { ReactNode } from 'react';
import type { PollHub } from '../server/poll-hub.ts';
import { Ballot } from './components/ballot.tsx';
import { Countdown } from './components/countdown.tsx';
import { StatusLine } from './components/status-line.tsx';
import { PollProvider } from './poll-context.ts';

export function App(): ReactNode {
  const poll = useHub(() =>
    createHubConnection<PollHub>('/poll', {
      reconnect: exponentialBackoff({ maximumDelayMs: 5_000 }),
      retryFirstStart: true,
    }),
  );
  return (
    <PollProvider connection={poll}>
      <main className="poll">
        <Ballot />
        <footer className="poll-footer">
          <StatusLine />
          <Countdown />
        </footer>
      </main>
    </PollProvider>
  );
}
