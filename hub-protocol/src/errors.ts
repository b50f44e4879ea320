/** Every error code of this package. */
export const hubProtocolErrors = {
  PROTOCOL_INVALID_MESSAGE: { message: 'The message is not valid.' },
  PROTOCOL_MESSAGE_TOO_LARGE: { message: 'The message is too large.' },
  PROTOCOL_TOO_DEEP: { message: 'The message is nested too deep.' },
  PROTOCOL_INVALID_HANDSHAKE: { message: 'The handshake is not valid.' },
  PROTOCOL_TOO_MANY_INVOCATIONS: { message: 'Too many calls wait.' },
  PROTOCOL_CANNOT_WRITE: { message: 'The message cannot be encoded.' },
  PROTOCOL_INVALID_OPTION: { message: 'An option is not valid.' },
} as const satisfies Record<string, HubProtocolErrorEntry>;

interface HubProtocolErrorEntry {
  readonly message: string;
}

export type HubProtocolErrorCode = keyof typeof hubProtocolErrors;

const brand = Symbol.for('@hubwire/hub-protocol/HubProtocolError');

export interface HubProtocolErrorOptions extends ErrorOptions {
  /** The option whose limit was exceeded, where the code alone does not say it. */
  readonly limit?: string;
}

/** An error of the protocol layer. `code` is stable; `docs/errors.md` lists them all. */
export class HubProtocolError extends Error {
  readonly code: HubProtocolErrorCode;
  readonly limit: string | undefined;
  readonly [brand] = true;

  /** `detail` is appended to the code's own sentence. */
  constructor(code: HubProtocolErrorCode, detail?: string, options?: HubProtocolErrorOptions) {
    const { message } = hubProtocolErrors[code];
    super(detail === undefined ? message : `${message} ${detail}`, options);
    this.name = 'HubProtocolError';
    this.code = code;
    this.limit = options?.limit;
  }
}

/** Recognises a `HubProtocolError` also when two copies of this package are loaded. */
export function isHubProtocolError(value: unknown): value is HubProtocolError {
  return typeof value === 'object' && value !== null && brand in value;
}
