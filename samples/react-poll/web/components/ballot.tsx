import { useHubEvent, useHubState } from '@hubwire/hub-client/react';
import { useEffect, useState, type ReactNode } from 'react';
import type { PollResults } from '../../server/poll-client.ts';
import { errorText } from '../error-text.ts';
import { usePoll } from '../poll-context.ts';
import { voter } from '../voter.ts';
import { Answer } from './answer.tsx';

/** The question, the answers, and how many gave each. */
export function Ballot(): ReactNode {
  const poll = usePoll();
  const isConnected = useHubState(poll).name === 'connected';
  const [results, setResults] = useState<PollResults>();
  const [choice, setChoice] = useState<number>();
  const [refusal, setRefusal] = useState('');
  useHubEvent(poll, 'resultsChanged', setResults);

  // A page that was loaded anew does not know its vote, and a server that was started anew may not know it either.
  useEffect(() => {
    if (!isConnected) return;
    poll.invoke.choice(voter()).then(
      (known) => setChoice(known ?? undefined),
      // The connection is gone again: the status line says so, and the next one asks anew.
      () => {},
    );
  }, [poll, isConnected]);

  const vote = async (answer: number): Promise<void> => {
    try {
      await poll.invoke.vote(voter(), answer);
      setChoice(answer);
      setRefusal('');
    } catch (error) {
      setRefusal(errorText(error));
    }
  };

  if (results === undefined) return <p className="poll-empty">Waiting for the question…</p>;
  const { question, answers, total } = results;
  return (
    <>
      <h1>{question}</h1>
      <ul className="answers">
        {answers.map((answer, index) => (
          <Answer
            key={answer.text}
            answer={answer}
            total={total}
            isChosen={index === choice}
            isEnabled={isConnected}
            onChoose={() => void vote(index)}
          />
        ))}
      </ul>
      <p className="poll-total">{total === 1 ? '1 vote' : `${total} votes`}</p>
      {refusal !== '' && (
        <p className="refusal" role="alert">
          {refusal}
        </p>
      )}
    </>
  );
}
