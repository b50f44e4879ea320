import type { ChatMessage } from '../../server/chat-client.ts';
import { avatar } from './avatar.ts';

/** Messages of one author that follow each other sooner than this belong together. */
const groupWithinMs = 5 * 60_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export function messageItem({ id, author, text, sentAt }: ChatMessage, isMine: boolean): HTMLElement {
  const item = document.createElement('li');
  item.className = isMine ? 'message message-mine' : 'message';
  item.dataset['id'] = String(id);
  item.dataset['author'] = author.id;
  item.dataset['sentAt'] = String(sentAt);
  item.append(avatar(author), body(isMine ? 'You' : author.name, text, sentAt));
  return item;
}

/** A message that continues the one before shows neither avatar nor author again. */
export function markContinued(item: HTMLElement): void {
  const previous = item.previousElementSibling as HTMLElement | null;
  const continues =
    previous !== null &&
    previous.dataset['author'] === item.dataset['author'] &&
    Number(item.dataset['sentAt']) - Number(previous.dataset['sentAt']) < groupWithinMs;
  item.classList.toggle('message-continued', continues);
}

function body(authorName: string, text: string, sentAt: number): HTMLElement {
  const author = document.createElement('bdi');
  author.className = 'message-author';
  author.textContent = authorName;
  const content = document.createElement('p');
  content.className = 'message-text';
  content.dir = 'auto';
  content.textContent = text;
  const bubble = document.createElement('div');
  bubble.className = 'message-bubble';
  bubble.append(content, time(sentAt));
  const element = document.createElement('div');
  element.className = 'message-body';
  element.append(author, bubble);
  return element;
}

function time(sentAt: number): HTMLElement {
  const element = document.createElement('time');
  const date = new Date(sentAt);
  element.className = 'message-time';
  element.dateTime = date.toISOString();
  element.title = full.format(date);
  element.textContent = clock.format(date);
  return element;
}
