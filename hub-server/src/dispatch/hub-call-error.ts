import { HubServerError, type HubServerErrorCode } from '../errors.ts';
import { describeError, errorTexts } from './error-texts.ts';

/** A call that fails before or behind its method. Filters see it and its `code`; the caller gets `answer`. */
export class HubCallError extends HubServerError {
  /** What the caller is told, before any detail of `cause`. */
  readonly answer: string;

  constructor(code: HubServerErrorCode, answer: string, cause?: unknown) {
    super(code, cause instanceof Error ? cause.message : undefined, cause === undefined ? undefined : { cause });
    this.answer = answer;
  }
}

/** The text that answers a failed call of the method `name`. */
export function answerOf(error: unknown, name: string, detailed: boolean): string {
  if (!(error instanceof HubCallError)) return describeError(errorTexts.methodFailed(name), error, detailed);
  return error.cause === undefined ? error.answer : describeError(error.answer, error.cause, detailed);
}
