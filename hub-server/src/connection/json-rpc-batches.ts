import { idOf, writeFailure } from '@hubwire/hub-protocol/json-rpc';

/** One batch while its answers come in: they leave together, in the order of its messages. JSON-RPC 2.0, section 6. */
export interface JsonRpcBatch {
  /** Keeps the next place for the answer of a call. */
  expect(invocationId: string): void;
  /** Puts an answer that is known already into the next place. */
  add(answer: string): void;
  /** All of its messages were read. */
  end(): void;
}

/** The batches of one connection that still owe answers. */
export class JsonRpcBatches {
  readonly #send: (frame: string) => void;
  readonly #maximumBytes: number;
  readonly #places = new Map<string, { readonly answers: Answers; readonly index: number }>();
  #heldBytes = 0;

  /** `maximumBytes` bounds the answers that wait for others; one beyond it is replaced by an error. */
  constructor(send: (frame: string) => void, maximumBytes: number) {
    this.#send = send;
    this.#maximumBytes = maximumBytes;
  }

  begin(): JsonRpcBatch {
    const answers: Answers = { texts: [], missing: 1 };
    return {
      expect: (invocationId) => {
        this.#places.set(invocationId, { answers, index: answers.texts.push('') - 1 });
        answers.missing += 1;
      },
      add: (answer) => {
        answers.texts.push(answer);
        this.#heldBytes += Buffer.byteLength(answer);
      },
      end: () => this.#settle(answers),
    };
  }

  /** Takes an answer that belongs to a batch; `false` for one that does not. */
  take(invocationId: string, answer: string): boolean {
    const place = this.#places.get(invocationId);
    if (place === undefined) return false;
    this.#places.delete(invocationId);
    const hasRoom = this.#heldBytes + Buffer.byteLength(answer) <= this.#maximumBytes;
    const text = hasRoom ? answer : writeFailure(idOf(invocationId), 'answerTooLarge');
    place.answers.texts[place.index] = text;
    this.#heldBytes += Buffer.byteLength(text);
    this.#settle(place.answers);
    return true;
  }

  /** One thing less to wait for. A batch of notifications alone is not answered. */
  #settle(answers: Answers): void {
    answers.missing -= 1;
    if (answers.missing > 0 || answers.texts.length === 0) return;
    for (const text of answers.texts) this.#heldBytes -= Buffer.byteLength(text);
    this.#send(`[${answers.texts.join(',')}]`);
  }
}

interface Answers {
  readonly texts: string[];
  /** Answers that are owed, and one more while the batch is still being read. */
  missing: number;
}
