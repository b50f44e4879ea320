import { HubException } from '../errors.ts';
import { errorTexts } from './error-texts.ts';
import { HubCallError } from './hub-call-error.ts';
import type { HubCall } from './hub-call.ts';

/** The plain arguments and the uploads in the order of the method's parameters, without the signal. */
export function bindArguments(call: HubCall): readonly unknown[] {
  const { descriptor, message, uploads } = call;
  checkCounts(call);
  if (uploads.length === 0) return message.arguments;
  const { streamPositions } = descriptor;
  if (streamPositions === undefined) return [...message.arguments, ...uploads];
  // Plain arguments that were left out keep their places before the streams.
  const count = Math.max(message.arguments.length + uploads.length, ...streamPositions.map((position) => position + 1));
  let nextPlain = 0;
  let nextUpload = 0;
  return Array.from({ length: count }, (_, position) =>
    streamPositions.includes(position) ? uploads[nextUpload++] : message.arguments[nextPlain++],
  );
}

/** The signal stands behind the last parameter, also when arguments before it were left out. */
export function withSignal(args: readonly unknown[], call: HubCall, signal: AbortSignal): readonly unknown[] {
  const { maximumArguments } = call.descriptor;
  const bound = [...args];
  while (bound.length < maximumArguments && maximumArguments !== Number.POSITIVE_INFINITY) bound.push(undefined);
  bound.push(signal);
  return bound;
}

function checkCounts({ message, descriptor, uploads }: HubCall): void {
  const { name, minimumArguments, maximumArguments, streams } = descriptor;
  const plain = message.arguments.length;
  if (streams !== undefined && streams !== uploads.length) {
    throw new HubException(errorTexts.streamCount(uploads.length, streams));
  }
  const count = plain + uploads.length;
  if (count >= minimumArguments && count <= maximumArguments) return;
  if (streams === undefined && uploads.length > 0) {
    throw new HubException(errorTexts.streamCount(uploads.length, Math.max(0, minimumArguments - plain)));
  }
  const expected = (count < minimumArguments ? minimumArguments : maximumArguments) - uploads.length;
  throw new HubCallError('HUB_INVALID_ARGUMENTS', errorTexts.cannotBind(name), argumentCountError(plain, expected));
}

function argumentCountError(sent: number, expected: number): Error {
  const error = new Error(errorTexts.argumentCount(sent, expected));
  // The name that a .NET server gives this error.
  error.name = 'InvalidDataException';
  return error;
}
