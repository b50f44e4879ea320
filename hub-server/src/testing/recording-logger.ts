import type { Logger, LogLevel } from '@hubwire/transports';

export interface LogEvent {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what is logged. Events of level `error` or above have to be claimed: an error that nobody expects is a defect. */
export class RecordingLogger implements Logger {
  readonly #events: LogEvent[] = [];
  readonly #claimed = new Set<LogEvent>();

  log(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#events.push({ level, event, fields });
  }

  get events(): readonly LogEvent[] {
    return this.#events;
  }

  /** Takes every event of this name as expected; throws when there is none. */
  claim(event: string): readonly LogEvent[] {
    const found = this.#events.filter((logged) => logged.event === event);
    if (found.length === 0) throw new Error(`No event '${event}' was logged.`);
    for (const logged of found) this.#claimed.add(logged);
    return found;
  }

  /** Throws when an error was logged that was not claimed. */
  verify(): void {
    for (const logged of this.#events) {
      const isError = logged.level === 'error' || logged.level === 'critical';
      if (!isError || this.#claimed.has(logged)) continue;
      throw new Error(`The error '${logged.event}' was logged.`, { cause: logged.fields['error'] });
    }
  }
}
