/** How long the answer to a handshake took, from the request for the stream on. */
export interface FirstEvent {
  readonly firstEvent: string;
  readonly elapsedMs: number;
}

/** Connects by hand, shakes hands, reads the event that answers, and leaves. */
export async function openEventStream(url: string): Promise<FirstEvent> {
  const negotiated = await fetch(`${url}/negotiate?negotiateVersion=1`, { method: 'POST' });
  const { connectionToken } = (await negotiated.json()) as { readonly connectionToken: string };
  const address = `${url}?id=${encodeURIComponent(connectionToken)}`;
  const leaving = new AbortController();
  const startedMs = performance.now();
  const stream = await fetch(address, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
  await fetch(address, { method: 'POST', body: '{"protocol":"json","version":1}\u001e' });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes('data:')) break;
  }
  leaving.abort();
  return { firstEvent: text, elapsedMs: Math.round(performance.now() - startedMs) };
}
