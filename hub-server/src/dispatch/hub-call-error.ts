import type { CallFailureReason, CompletionOutcome } from '@hubwire/hub-protocol';
import { HubServerError, isHubException, type HubServerErrorCode } from '../errors.ts';
import { describeError, detailOf, errorTexts } from './error-texts.ts';

/** A call that fails before or behind its method. Filters see it and its `code`; the caller gets `answer`. */
export class HubCallError extends HubServerError {
  /** What the caller is told, before any detail of `cause`. */
  readonly answer: string;

  constructor(code: HubServerErrorCode, answer: string, cause?: unknown) {
    super(code, cause instanceof Error ? cause.message : undefined, cause === undefined ? undefined : { cause });
    this.answer = answer;
  }
}

/** What answers a failed call of the method `name`. */
export function failedOutcome(error: unknown, name: string, detailed: boolean): CompletionOutcome {
  const detail = detailOf(error instanceof HubCallError ? error.cause : error, detailed);
  const failure = { reason: reasonOf(error), ...(detail !== undefined && { detail }) };
  return { kind: 'error', error: answerOf(error, name, detailed), failure };
}

function answerOf(error: unknown, name: string, detailed: boolean): string {
  if (!(error instanceof HubCallError)) return describeError(errorTexts.methodFailed(name), error, detailed);
  return error.cause === undefined ? error.answer : describeError(error.answer, error.cause, detailed);
}

const reasons: Partial<Record<HubServerErrorCode, CallFailureReason>> = {
  HUB_UNKNOWN_METHOD: 'unknownMethod',
  HUB_INVALID_ARGUMENTS: 'invalidArguments',
  HUB_UNAUTHORIZED: 'unauthorized',
  HUB_WRONG_CALL_KIND: 'wrongCallKind',
};

function reasonOf(error: unknown): CallFailureReason {
  if (error instanceof HubCallError) return reasons[error.code] ?? 'internal';
  return isHubException(error) ? 'application' : 'internal';
}
