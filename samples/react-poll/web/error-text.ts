/** What the hub itself said: the protocol puts a sentence of its own before the text of a `HubException`. */
export function errorText(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return / HubException: (.+)$/s.exec(message)?.[1] ?? message;
}
