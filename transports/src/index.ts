export { abortReason, throwIfAborted } from './abort.ts';
export { applyDefaults, isPositive } from './apply-defaults.ts';
export { TransportError, isTransportError, type ConnectionErrorCode } from './errors.ts';
export { transportErrors, type TransportErrorCode } from './error-table.ts';
export { joinBytes } from './join-bytes.ts';
export { nullLogger, type Logger, type LogLevel } from './logger.ts';
export {
  negotiateVersion,
  parseNegotiateResponse,
  writeNegotiateResponse,
  type AvailableTransport,
  type NegotiatedConnection,
  type NegotiateRedirect,
  type NegotiateRefusal,
  type NegotiateResponse,
} from './negotiate.ts';
export { ReceiveQueue, frameSize } from './receive-queue.ts';
export type {
  CloseHint,
  CloseReason,
  Connection,
  ConnectionFactory,
  ConnectionReceiver,
  FailedTransport,
  Frame,
  TransferFormat,
} from './connection.ts';
