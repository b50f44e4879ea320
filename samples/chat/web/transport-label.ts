const labels: Readonly<Record<string, string>> = {
  WebSockets: 'WebSockets',
  ServerSentEvents: 'Server-Sent Events',
  LongPolling: 'Long polling',
};

/** A transport's name as people read it. */
export function transportLabel(transport: string): string {
  return labels[transport] ?? transport;
}
