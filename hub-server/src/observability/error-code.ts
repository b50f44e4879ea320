import { isHubException } from '../errors.ts';

const ownCode = /^(?:HUB|TRANSPORT|PROTOCOL)_[A-Z_]+$/u;

/** What an error is counted under: its code or that of its cause, `HubException`, or `unexpected`. */
export function errorCode(error: unknown): string {
  const code = ownCodeOf(error);
  // An aborted connection and a `HubException` say little by themselves.
  if (code !== undefined && code !== 'TRANSPORT_ABORTED') return code;
  const cause = error instanceof Error ? ownCodeOf(error.cause) : undefined;
  return cause ?? code ?? (isHubException(error) ? 'HubException' : 'unexpected');
}

/** The limit that an error of a message or a call is the end of, where it is one. */
export function limitOf(code: string): string | undefined {
  return Object.hasOwn(limitsByCode, code) ? limitsByCode[code as keyof typeof limitsByCode] : undefined;
}

const limitsByCode = {
  PROTOCOL_MESSAGE_TOO_LARGE: 'maximumReceiveMessageBytes',
  PROTOCOL_TOO_DEEP: 'maximumDepth',
  PROTOCOL_NAME_TOO_LONG: 'maximumNameLength',
  PROTOCOL_TOO_MANY_HEADERS: 'maximumHeaders',
  HUB_RATE_LIMITED: 'rateLimit',
} as const;

function ownCodeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && ownCode.test(code) ? code : undefined;
}
