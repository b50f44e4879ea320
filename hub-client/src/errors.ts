/** Every error code of this package. Where `@microsoft/signalr` has a sentence for the case, the sentence is the same. */
export const hubClientErrors = {
  HUB_CLIENT_NOT_DISCONNECTED: {
    message: "Cannot start a HubConnection that is not in the 'Disconnected' state.",
  },
  HUB_CLIENT_NOT_CONNECTED: {
    message: "Cannot send data if the connection is not in the 'Connected' State.",
  },
  HUB_CLIENT_CONNECTION_LOST: {
    message: 'Invocation canceled due to the underlying connection being closed.',
  },
  HUB_CLIENT_CLOSED_BY_SERVER: { message: 'Server returned an error on close:' },
  HUB_CLIENT_SERVER_TIMEOUT: {
    message: 'Server timeout elapsed without receiving a message from the server.',
  },
  HUB_CLIENT_HANDSHAKE_TIMEOUT: { message: 'The handshake took too long.' },
  HUB_CLIENT_HANDSHAKE_REFUSED: { message: 'Server returned handshake error:' },
  HUB_CLIENT_INVALID_HANDSHAKE: { message: 'Error parsing handshake response:' },
  HUB_CLIENT_INVOCATION_FAILED: { message: 'The call failed.' },
  HUB_CLIENT_STREAM_OVERFLOW: { message: 'The stream was not read.' },
  HUB_CLIENT_SEND_QUEUE_FULL: { message: 'Too much waits to be sent.' },
  HUB_CLIENT_CALL_QUEUE_FULL: { message: 'Too many calls wait.' },
  HUB_CLIENT_URL_IN_USE: {
    message: 'The HubConnection must be in the Disconnected or Reconnecting state to change the url.',
  },
  HUB_CLIENT_INVALID_OPTION: { message: 'An option is not valid.' },
} as const satisfies Record<string, HubClientErrorEntry>;

interface HubClientErrorEntry {
  readonly message: string;
}

export type HubClientErrorCode = keyof typeof hubClientErrors;

/** An error of the hub client. `code` is stable; `docs/errors.md` lists them all. */
export class HubClientError extends Error {
  readonly code: HubClientErrorCode;

  /** `detail` is appended to the code's own sentence. */
  constructor(code: HubClientErrorCode, detail = '', options?: ErrorOptions) {
    super(`${hubClientErrors[code].message} ${detail}`.trimEnd(), options);
    this.name = 'HubClientError';
    this.code = code;
  }
}

/** Recognises a `HubClientError` also when two copies of this package are loaded. */
export function isHubClientError(value: unknown): value is HubClientError {
  return value instanceof Error && 'code' in value && String(value.code).startsWith('HUB_CLIENT_');
}

/** The server answered a call or a stream with an error; `message` is exactly the text that it sent. */
export class HubInvocationError extends HubClientError {
  /** The hub's own words, without the sentence that goes before them; `undefined` when it threw no `HubException`. */
  readonly hubMessage: string | undefined;

  constructor(message: string) {
    super('HUB_CLIENT_INVOCATION_FAILED');
    this.name = 'HubInvocationError';
    this.message = message;
    this.hubMessage = /\. HubException: (.*)/s.exec(message)?.[1];
  }
}

/** Something was given up because it was no longer wanted: `stop()` during `start()`, or an aborted HTTP request. */
export class AbortError extends Error {
  constructor(message = 'An abort occurred.') {
    super(message);
    this.name = 'AbortError';
  }
}

/** Something took longer than it was allowed to. */
export class TimeoutError extends Error {
  constructor(message = 'A timeout occurred.') {
    super(message);
    this.name = 'TimeoutError';
  }
}

/** An HTTP request was answered with a status other than success. */
export class HttpError extends Error {
  statusCode: number;

  constructor(message: string, statusCode: number) {
    super(`${message}: Status code '${statusCode}'`);
    this.name = 'HttpError';
    this.statusCode = statusCode;
  }
}
