import type { ConnectionStatus } from '@hubwire/hub-client';
import { useHubState } from '@hubwire/hub-client/react';
import type { ReactNode } from 'react';
import { usePoll } from '../poll-context.ts';

/** How the connection is; offers to try again when nothing else will. */
export function StatusLine(): ReactNode {
  const poll = usePoll();
  const status = useHubState(poll);
  return (
    <p className="status" role="status" data-state={status.name}>
      <span className="status-dot" aria-hidden="true" />
      {statusText(status)}
      {status.name === 'disconnected' && status.error !== undefined && (
        <button className="again" type="button" onClick={() => void poll.start().catch(() => {})}>
          Try again
        </button>
      )}
    </p>
  );
}

function statusText(status: ConnectionStatus): string {
  switch (status.name) {
    case 'connected':
      return `Live over ${status.transport}`;
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Connection lost. Reconnecting…';
    case 'disconnecting':
    case 'disconnected':
      return 'Not connected';
  }
}
