export { transportErrors, TransportError, isTransportError, type TransportErrorCode } from './errors.ts';
export { nullLogger, type Logger, type LogLevel } from './logger.ts';
export type {
  CloseReason,
  Connection,
  ConnectionFactory,
  ConnectionReceiver,
  FailedTransport,
  Frame,
  TransferFormat,
} from './connection.ts';
