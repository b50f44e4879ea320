export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

/** Takes log events. `event` is a stable name, `fields` never holds a token or a message's content. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const nullLogger: Logger = { log() {} };
