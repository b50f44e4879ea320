import type { Person, PresentPerson } from '../server/chat-client.ts';
import { Composer } from './components/composer.ts';
import { ConnectionBar } from './components/connection-bar.ts';
import { JoinDialog } from './components/join-dialog.ts';
import { MessageList } from './components/message-list.ts';
import { Notice } from './components/notice.ts';
import { PeopleList } from './components/people-list.ts';
import { TypingLine } from './components/typing-line.ts';
import { ChatConnection } from './connection.ts';
import { errorText } from './error-text.ts';
import { Guest } from './guest.ts';

let me: Person | undefined;
let people: readonly PresentPerson[] = [];

const guest = new Guest();
const messages = new MessageList();
const peopleList = new PeopleList();
const typing = new TypingLine();
const notice = new Notice();

const chat = new ChatConnection(guest, {
  statusChanged(status) {
    bar.show(status);
    if (status.name !== 'connected') composer.isEnabled = false;
  },
  joined(person) {
    const isFirst = me === undefined;
    me = person;
    joinDialog.close();
    peopleList.show(people, me.id);
    composer.isEnabled = true;
    if (isFirst) composer.focus();
  },
  caughtUp() {
    messages.isLoading = false;
  },
  refused(error) {
    joinDialog.open(guest.name, errorText(error));
  },
  failed(error) {
    notice.show(errorText(error));
  },
  messageReceived(message) {
    messages.add(message, message.author.id === me?.id);
  },
  presenceChanged(present) {
    people = present;
    peopleList.show(people, me?.id);
    joinDialog.showPeople(people);
    typing.keepOnly(people);
  },
  typingChanged(person, isTyping) {
    typing.set(person, isTyping);
  },
});

const bar = new ConnectionBar({ onConnect: (choice) => void chat.connect(choice) });

const composer = new Composer({
  async onSend(text) {
    try {
      await chat.say(text);
      notice.clear();
    } catch (error) {
      notice.show(`Not sent: ${errorText(error)}`);
      throw error;
    }
  },
  onTyping: (isTyping) => chat.typing(isTyping),
});

const joinDialog = new JoinDialog((name) => {
  guest.name = name;
  void chat.join();
});

messages.isLoading = true;
if (guest.name === '') joinDialog.open('');
void chat.connect(bar.choice);
