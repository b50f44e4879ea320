import type { Transcript, TranscriptEntry } from './transcript.ts';

// The detail after these sentences is a server's own; the sentence itself is what clients see and compare.
const general = [
  /^(Connection closed with an error\.) .*$/s,
  /^(An unexpected error occurred during connection handshake\.) .*$/s,
  /^(Failed to invoke '.*' due to an error on the server\.) (?!HubException: (?!Argument \d)).*$/s,
  /^(An unexpected error occurred invoking '.*' on the server\. HubException: )(?:Failed to bind Stream message\.|Argument \d+, item:).*$/s,
  /^(An unexpected error occurred invoking '.*' on the server\.) (?!HubException: |InvalidOperationException: ).*$/s,
] as const;

/** A message, or how the connection ended, without what a server may say in words of its own. */
export type ComparableEntry = Readonly<Record<string, unknown>>;

/** What two servers have to agree on: their messages in order, without members that say nothing and details of their own. */
export function comparable({ entries }: Transcript): readonly ComparableEntry[] {
  return entries.flatMap((entry) => ('client' in entry || 'clientRaw' in entry ? [] : [comparableEntry(entry)]));
}

function comparableEntry(entry: TranscriptEntry): ComparableEntry {
  if (!('server' in entry)) return { ...entry };
  const message = Object.entries(entry.server as Record<string, unknown>);
  return Object.fromEntries(
    message.filter(saysSomething).map(([name, value]) => [name, name === 'error' ? cut(value) : value]),
  );
}

function saysSomething([name, value]: [string, unknown]): boolean {
  if (name === 'error') return value !== null;
  if (name === 'allowReconnect') return value !== false;
  if (name === 'streamIds') return !(Array.isArray(value) && value.length === 0);
  return true;
}

function cut(error: unknown): unknown {
  if (typeof error !== 'string') return error;
  return general.map((pattern) => pattern.exec(error)?.[1]).find((sentence) => sentence !== undefined) ?? error;
}
