import { useHubStream } from '@hubwire/hub-client/react';
import type { ReactNode } from 'react';
import { usePoll } from '../poll-context.ts';

/** How long one can still vote. */
export function Countdown(): ReactNode {
  const { last, status } = useHubStream(usePoll(), (stream) => stream.countdown());
  if (status === 'done') return <p className="countdown">The poll is closed</p>;
  if (last === undefined) return null;
  return (
    <p className="countdown">
      Closes in <time dateTime={`PT${last}S`}>{formatted(last)}</time>
    </p>
  );
}

function formatted(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
