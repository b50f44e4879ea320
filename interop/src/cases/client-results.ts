import { expect } from 'vitest';

import type { InteropCase } from '../interop-case.ts';
import { rejection } from '../rejection.ts';

const askFails = "An unexpected error occurred invoking 'AskCaller' on the server. HubException: ";

/** Calls of the server that await the client's answer. */
export const clientResultCases: readonly InteropCase[] = [
  {
    name: 'gives the answer of the caller',
    async run(context) {
      const connection = await context.connect({ methods: { Answer: (question) => `${String(question)} 42` } });
      expect(await connection.invoke('AskCaller', 'how many?')).toBe('how many? 42');
    },
  },
  {
    name: 'waits for an answer that takes its time',
    async run(context) {
      const connection = await context.connect();
      const decided = connection.invoke('Echo', 'decided');
      connection.on('Answer', async () => decided);
      expect(await connection.invoke('AskCaller', 'well?')).toBe('decided');
    },
  },
  {
    name: 'answers while the client method itself calls the server',
    async run(context) {
      const connection = await context.connect();
      connection.on('Answer', async (question) => connection.invoke('Echo', `${String(question)} echoed`));
      expect(await connection.invoke('AskCaller', 'nested')).toBe('nested echoed');
    },
  },
  {
    name: 'asks many questions at a time and confuses none',
    async run(context) {
      const connection = await context.connect({ methods: { Answer: (question) => `re: ${String(question)}` } });
      const questions = Array.from({ length: 50 }, (_, index) => `question ${index}`);
      const answers = await Promise.all(questions.map((question) => connection.invoke('AskCaller', question)));
      expect(answers).toEqual(questions.map((question) => `re: ${question}`));
    },
  },
  {
    name: 'tells the hub what the client method threw',
    async run(context) {
      const refuse = (): never => {
        throw new Error('I would rather not say');
      };
      const connection = await context.connect({ methods: { Answer: refuse } });
      const message = await rejection(connection.invoke('AskCaller', 'why?'));
      expect(message.startsWith(askFails)).toBe(true);
      expect(message).toMatch(/I would rather not say$/);
    },
  },
  {
    name: 'tells the hub that the client has no such method',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('AskCaller', 'anybody?'))).toBe(
        `${askFails}Client didn't provide a result.`,
      );
    },
  },
  {
    name: 'gives the answer of another connection',
    async run(context) {
      const asked = await context.connect({ methods: { Answer: (question) => `${String(question)} yes` } });
      const asking = await context.connect({ methods: { Answer: () => 'the wrong one' } });
      expect(await asking.invoke('AskConnection', asked.connectionId, 'is it you?')).toBe('is it you? yes');
    },
  },
  {
    name: 'fails when the connection that is asked does not exist',
    async run(context) {
      const connection = await context.connect();
      const message = await rejection(connection.invoke('AskConnection', 'nobody', 'hello?'));
      expect(message).toMatch(/^An unexpected error occurred invoking 'AskConnection' on the server\. /);
      expect(message).toMatch(/Connection 'nobody' does not exist\.$/);
    },
  },
  {
    name: 'fails when the connection that is asked goes away',
    async run(context) {
      const asking = await context.connect();
      const asked = await context.connect();
      const heard = new Promise<void>((resolve) => {
        asked.on('Answer', () => {
          resolve();
          return new Promise(() => {});
        });
      });
      const failure = rejection(asking.invoke('AskConnection', asked.connectionId, 'stay?'));
      await heard;
      await asked.stop();
      expect(await failure).toMatch(/^An unexpected error occurred invoking 'AskConnection' on the server\./);
      expect(await asking.invoke('Echo', 'alive')).toBe('alive');
    },
  },
];
