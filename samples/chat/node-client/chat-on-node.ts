import { randomUUID } from 'node:crypto';
import { connect } from '@hubwire/hub-client';
import type { ChatMessage } from '../server/chat-client.ts';
import type { ChatHub } from '../server/chat-hub.ts';

export interface ChatOnNodeOptions {
  readonly url: string;
  readonly name: string;
  /** What to say, line by line; the end of it leaves the chat. */
  readonly lines: AsyncIterable<string>;
  readonly print: (line: string) => void;
}

/** Joins, prints what was and is said, and says `lines`: the same typed calls as in the browser. */
export async function chatOnNode({ url, name, lines, print }: ChatOnNodeOptions): Promise<void> {
  await using chat = await connect<ChatHub>(url);
  const guestKey = randomUUID();
  let lastId = 0;
  const show = ({ id, author, text }: ChatMessage): void => {
    if (id > lastId) print(`${author.name}: ${text}`);
    lastId = Math.max(lastId, id);
  };
  const catchUp = async (): Promise<void> => {
    await chat.invoke.join(name, guestKey);
    for await (const page of chat.stream.history(lastId)) page.forEach(show);
  };
  // Messages that come while what was missed is read are shown after it.
  let caughtUp = catchUp();
  chat.on('messageReceived', (message) => void caughtUp.then(() => show(message)));
  chat.onreconnected(() => (caughtUp = catchUp().catch((error: unknown) => print(String(error)))));
  await caughtUp;
  for await (const line of lines) await chat.invoke.send(line);
}
