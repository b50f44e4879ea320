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

/** Names by number. */
const levels: readonly (LevelName | 'none')[] = [
  'trace',
  'debug',
  'information',
  'warning',
  'error',
  'critical',
  'none',
];

/**
 * A level, its name, or a logger of `@microsoft/signalr` as the logger that the layers below take. Levels write to
 * the console. Throws `HUB_CLIENT_INVALID_OPTION` for a name that is none.
 */
export function toLogger(logging: LogLevel | string | ILogger): Logger {
  const logger = typeof logging === 'object' ? logging : consoleLogger(toLevel(logging));
  return { log: (level, event, fields) => logger.log(levelOf(level), describe(event, fields)) };
}

function toLevel(level: LogLevel | string): number {
  if (typeof level === 'number') return level;
  const found = levelOf(level.toLowerCase());
  if (found >= 0 && level !== '') return found;
  throw new HubClientError('HUB_CLIENT_INVALID_OPTION', `Unknown log level: ${level}`);
}

/** Also of the beginning of a name: @microsoft/signalr takes `info` and `warn` too. */
function levelOf(name: string): LogLevel {
  return levels.findIndex((level) => level.startsWith(name)) as LogLevel;
}

function describe(event: string, fields: Readonly<Record<string, unknown>> = {}): string {
  return [event, ...Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}

/** Methods of the console by the number of the level. */
const methods: readonly ('debug' | 'info' | 'warn' | 'error')[] = ['debug', 'debug', 'info', 'warn', 'error', 'error'];

function consoleLogger(lowest: number): ILogger {
  return {
    log(level, message) {
      const method = methods[level];
      if (level >= lowest && method) console[method](`[${new Date().toISOString()}] hub: ${message}`);
    },
  };
}
