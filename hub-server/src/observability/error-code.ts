import { isHubProtocolError } from '@hubwire/hub-protocol';
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

/** The option whose limit a message or a call went beyond, where that is what its error says. */
export function limitOf(error: unknown): string | undefined {
  if (isHubProtocolError(error) && error.limit !== undefined) return error.limit;
  const code = errorCode(error);
  return Object.hasOwn(limitsByCode, code) ? limitsByCode[code as keyof typeof limitsByCode] : undefined;
}

const limitsByCode = {
  PROTOCOL_MESSAGE_TOO_LARGE: 'maximumReceiveMessageBytes',
  PROTOCOL_TOO_DEEP: 'maximumDepth',
  HUB_TOO_MANY_HEADERS: 'maximumHeaders',
  HUB_RATE_LIMITED: 'rateLimit',
} as const;

function ownCodeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && ownCode.test(code) ? code : undefined;
}
