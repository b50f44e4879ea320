import type { Logger, LogLevel as LevelName } from '@hubwire/transports';
import { HubClientError } from '../errors.ts';

/** Log levels in the numbers of `@microsoft/signalr`. */
export const LogLevel = {
  Trace: 0,
  Debug: 1,
  Information: 2,
  Warning: 3,
  Error: 4,
  Critical: 5,
  None: 6,
} as const;

export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** A logger as `@microsoft/signalr` takes it. */
export interface ILogger {
  log(logLevel: LogLevel, message: string): void;
}

/** Logs nothing. */
export class NullLogger implements ILogger {
  static readonly instance: ILogger = new NullLogger();

  log(_logLevel: LogLevel, _message: string): void {}
}

const levels: Readonly<Record<LevelName, LogLevel>> = {
  trace: LogLevel.Trace,
  debug: LogLevel.Debug,
  information: LogLevel.Information,
  warning: LogLevel.Warning,
  error: LogLevel.Error,
  critical: LogLevel.Critical,
};

const levelsByName = new Map<string, LogLevel>([
  ...Object.entries(levels),
  ['info', LogLevel.Information],
  ['warn', LogLevel.Warning],
  ['none', LogLevel.None],
]);

/**
 * A level, its name, or a logger of `@microsoft/signalr` as the logger that the layers below take. Levels write to
 * the console. Throws `HUB_CLIENT_INVALID_OPTION` for a name that is none.
 */
export function toLogger(logging: LogLevel | string | ILogger): Logger {
  if (typeof logging === 'object') return messageLogger(logging);
  if (typeof logging === 'number') return messageLogger(consoleLogger(logging));
  const level = levelsByName.get(logging.toLowerCase());
  if (level === undefined) throw new HubClientError('HUB_CLIENT_INVALID_OPTION', `Unknown log level: ${logging}`);
  return messageLogger(consoleLogger(level));
}

function messageLogger(logger: ILogger): Logger {
  return { log: (level, event, fields) => logger.log(levels[level], describe(event, fields)) };
}

function describe(event: string, fields: Readonly<Record<string, unknown>> = {}): string {
  return [event, ...Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}

function consoleLogger(lowest: LogLevel): ILogger {
  return {
    log(level, message) {
      if (level < lowest) return;
      const line = `[${new Date().toISOString()}] hub: ${message}`;
      /* oxlint-disable no-console -- asked for by whoever gives a level in place of a logger */
      if (level >= LogLevel.Error) console.error(line);
      else if (level === LogLevel.Warning) console.warn(line);
      else if (level === LogLevel.Information) console.info(line);
      else console.debug(line);
      /* oxlint-enable no-console */
    },
  };
}
