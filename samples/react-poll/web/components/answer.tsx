import type { ReactNode } from 'react';
import type { PollAnswer } from '../../server/poll-client.ts';

export interface AnswerProps {
  readonly answer: PollAnswer;
  /** Votes for all answers together. */
  readonly total: number;
  readonly isChosen: boolean;
  readonly isEnabled: boolean;
  readonly onChoose: () => void;
}

/** One answer to vote for, with its share. */
export function Answer({ answer, total, isChosen, isEnabled, onChoose }: AnswerProps): ReactNode {
  const percent = total === 0 ? 0 : Math.round((answer.votes / total) * 100);
  return (
    <li>
      <button className="answer" type="button" aria-pressed={isChosen} disabled={!isEnabled} onClick={onChoose}>
        <span className="answer-bar" style={{ inlineSize: `${percent}%` }} />
        <span className="answer-text">{answer.text}</span>
        <span className="answer-share">{percent} %</span>
      </button>
    </li>
  );
}
