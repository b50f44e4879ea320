import { isHubException } from '../errors.ts';

/** What a caller is told, word for word as ASP.NET Core SignalR does: clients and their tests compare these texts. */
export const errorTexts = {
  unknownMethod: (target: string) => `Unknown hub method '${target}'`,
  methodFailed: (target: string) => `An unexpected error occurred invoking '${target}' on the server.`,
  unauthorized: (target: string) => `Failed to invoke '${target}' because user is unauthorized`,
  cannotBind: (target: string) => `Failed to invoke '${target}' due to an error on the server.`,
  streamByInvoke: (target: string) =>
    `The client attempted to invoke the streaming '${target}' method with a non-streaming invocation.`,
  invokeByStream: (target: string) =>
    `The client attempted to invoke the non-streaming '${target}' method with a streaming invocation.`,
  streamFailed: 'An error occurred on the server while streaming results.',
  streamCount: (sent: number, expected: number) => `Client sent ${sent} stream(s), Hub method expects ${expected}.`,
  argumentCount: (sent: number, expected: number) =>
    `Invocation provides ${sent} argument(s) but target expects ${expected}.`,
  tooManyStreams: (maximum: number) => `At most ${maximum} streams may be open at once.`,
  idInUse: (invocationId: string) => `Invocation ID '${invocationId}' is already in use.`,
  cancelledInQueue: 'The call was cancelled before it began.',
  closedWithError: 'Connection closed with an error.',
} as const;

/** Adds `Type: message` for a `HubException`, and for any error when details are on. */
export function describeError(text: string, error: unknown, detailed: boolean): string {
  return detailed || isHubException(error) ? `${text} ${nameAndText(error)}` : text;
}

/** What a caller may know of an error without a sentence around it: the text of a `HubException`, or all in detail. */
export function detailOf(error: unknown, detailed: boolean): string | undefined {
  if (isHubException(error)) return error.message;
  return detailed && error !== undefined ? nameAndText(error) : undefined;
}

function nameAndText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `Error: ${textOf(error)}`;
}

/** Anything can be thrown, even what cannot be made a text. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
