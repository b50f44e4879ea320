/** Every error code of this package. */
export const hubServerErrors = {
  HUB_INVALID_OPTION: { message: 'An option of the hub server is not valid.' },
  HUB_INVALID_METHOD: { message: 'A hub method is not declared correctly.' },
  HUB_INVALID_HUB: { message: 'The hub cannot be mapped.' },
  HUB_NOT_BOUND: { message: 'A hub knows its caller only while the server runs it, not in its constructor.' },
  HUB_SHARED_INSTANCE: { message: 'A hub instance serves one call: bind hubs in transient scope.' },
  HUB_CONNECTION_CLOSED: { message: 'The connection is closed.' },
  HUB_CLIENT_TIMEOUT: { message: 'The client was silent for longer than the client timeout.' },
  HUB_HANDSHAKE_FAILED: { message: 'The handshake failed.' },
  HUB_SLOW_CONSUMER: { message: 'The client reads more slowly than it is sent to, and its send queue is full.' },
  HUB_MESSAGE_TOO_LARGE: { message: 'The message is larger than the send queue of a connection, sendQueueBytes.' },
  HUB_TOO_MANY_HEADERS: { message: 'The message has more headers than allowed.' },
  HUB_RATE_LIMITED: { message: 'The caller calls more often than it may.' },
  HUB_INVALID_GROUP: { message: 'The name of a group is longer than allowed.' },
  HUB_TOO_MANY_GROUPS: { message: 'The connection is in as many groups as it may be in.' },
  HUB_MEMORY_BUDGET: { message: 'The process holds more memory than its budget.' },
  HUB_CLIENT_RESULT_FAILED: { message: 'The client gave no result.' },
  HUB_UNKNOWN_METHOD: { message: 'The hub has no such method.' },
  HUB_UNAUTHORIZED: { message: 'The user may not call the method.' },
  HUB_INVALID_ARGUMENTS: { message: 'The arguments are not those that the method takes.' },
  HUB_INVALID_RESULT: { message: 'The result of the method cannot be sent.' },
  HUB_WRONG_CALL_KIND: { message: 'The method answers with a stream and was invoked, or the other way round.' },
  HUB_FILTER_CALLED_NEXT_TWICE: { message: 'A hub filter may go on to the next one only once.' },
  HUB_SERVER_CLOSED: { message: 'The hub server is closed.' },
} as const satisfies Record<string, HubServerErrorEntry>;

interface HubServerErrorEntry {
  readonly message: string;
}

export type HubServerErrorCode = keyof typeof hubServerErrors;

const errorBrand = Symbol.for('@hubwire/hub-server/HubServerError');
const exceptionBrand = Symbol.for('@hubwire/hub-server/HubException');

/** An error of the hub server. `code` is stable; `docs/errors.md` lists them all. */
export class HubServerError extends Error {
  readonly code: HubServerErrorCode;
  readonly [errorBrand] = true;

  /** `detail` is appended to the code's own sentence. */
  constructor(code: HubServerErrorCode, detail?: string, options?: ErrorOptions) {
    const { message } = hubServerErrors[code];
    super(detail === undefined ? message : `${message} ${detail}`, options);
    this.name = 'HubServerError';
    this.code = code;
  }
}

/** Recognises a `HubServerError` also when two copies of this package are loaded. */
export function isHubServerError(value: unknown): value is HubServerError {
  return typeof value === 'object' && value !== null && errorBrand in value;
}

/**
 * The error that a hub throws to tell its caller something: its message reaches the client, where that of any other
 * error does not (unless `enableDetailedErrors`).
 */
export class HubException extends Error {
  readonly [exceptionBrand] = true;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HubException';
  }
}

/** Recognises a `HubException` also when two copies of this package are loaded. */
export function isHubException(value: unknown): value is HubException {
  return typeof value === 'object' && value !== null && exceptionBrand in value;
}
