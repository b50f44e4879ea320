import { within } from './within.ts';

/** The message that a promise is rejected with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  const outcome = await within(
    promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ message: error instanceof Error ? error.message : String(error) }),
    ),
    'a call fails',
    15_000,
  );
  if ('message' in outcome) return outcome.message;
  throw new Error(`Expected a failure but got ${JSON.stringify(outcome.value)}.`);
}

/** All items of a stream and, when it failed, the message it ended with. */
export async function drain(stream: AsyncIterable<unknown>): Promise<{ items: unknown[]; error?: string }> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items };
  } catch (error) {
    return { items, error: error instanceof Error ? error.message : String(error) };
  }
}
