import { HubException } from '../errors.ts';
import { errorTexts } from './error-texts.ts';
import type { HubCall } from './hub-call.ts';

/** The call carries another number of arguments than the method takes. */
export class ArgumentCountError extends Error {
  constructor(sent: number, expected: number) {
    super(errorTexts.argumentCount(sent, expected));
    // The name that a .NET server gives this error.
    this.name = 'InvalidDataException';
  }
}

/**
 * The arguments for the method: the plain ones, the uploads, the signal. Throws an `ArgumentCountError`, or a
 * `HubException` when the number of streams is wrong.
 */
export function bindArguments({ message, descriptor, uploads }: HubCall, signal?: AbortSignal): readonly unknown[] {
  const { minimumArguments, maximumArguments, streams } = descriptor;
  const plain = message.arguments;
  if (streams !== undefined && streams !== uploads.length) {
    throw new HubException(errorTexts.streamCount(uploads.length, streams));
  }
  const count = plain.length + uploads.length;
  if (count < minimumArguments || count > maximumArguments) {
    if (streams === undefined && uploads.length > 0) {
      throw new HubException(errorTexts.streamCount(uploads.length, Math.max(0, minimumArguments - plain.length)));
    }
    const expected = count < minimumArguments ? minimumArguments : maximumArguments;
    throw new ArgumentCountError(plain.length, expected - uploads.length);
  }
  if (uploads.length === 0 && signal === undefined) return plain;
  const bound: unknown[] = [...plain];
  // Plain arguments that were left out keep their places before what follows.
  if (streams !== undefined || uploads.length === 0) padTo(bound, maximumArguments - uploads.length);
  bound.push(...uploads);
  if (signal !== undefined) bound.push(signal);
  return bound;
}

function padTo(values: unknown[], length: number): void {
  if (length === Number.POSITIVE_INFINITY) return;
  while (values.length < length) values.push(undefined);
}
