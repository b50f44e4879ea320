import type { CallFailureReason } from '../messages.ts';

/** What may be wrong with a frame before there is a call. */
export type JsonRpcRefusal = 'parseError' | 'invalidRequest' | 'answerTooLarge';

/** A number and its sentence, as a JSON-RPC error object has them. */
export interface JsonRpcError {
  readonly code: number;
  readonly message: string;
}

/**
 * Every error that a JSON-RPC client can be answered. Those up to -32603 are of the specification (section 5.1), the
 * others of its range for servers. The message of `application` gives way to that of the application.
 */
export const jsonRpcFailures = {
  parseError: { code: -32_700, message: 'Parse error' },
  invalidRequest: { code: -32_600, message: 'Invalid Request' },
  unknownMethod: { code: -32_601, message: 'Method not found' },
  invalidArguments: { code: -32_602, message: 'Invalid params' },
  internal: { code: -32_603, message: 'Internal error' },
  application: { code: -32_000, message: 'Application error' },
  unauthorized: { code: -32_001, message: 'Unauthorized' },
  wrongCallKind: { code: -32_002, message: 'Streams are not supported' },
  answerTooLarge: { code: -32_003, message: 'Batch answer too large' },
} as const satisfies Record<CallFailureReason | JsonRpcRefusal, JsonRpcError>;
