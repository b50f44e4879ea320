import { MessageType } from '@hubwire/hub-protocol';
import { pumpStream, streamIterator, toError, type StreamSource } from '@hubwire/hub-protocol/peer';
import type { HubSession } from '../connection/hub-session.ts';

/** The streams that one call uploads. */
export class Uploads {
  readonly ids: readonly string[];
  readonly #session: HubSession;
  readonly #sources: readonly StreamSource<unknown>[];
  readonly #stop = new AbortController();
  #isCancelled = false;

  constructor(session: HubSession, sources: readonly StreamSource<unknown>[]) {
    this.#session = session;
    this.#sources = sources;
    this.ids = sources.map(() => session.nextId());
  }

  /** Reads all sources at the same time; called once, when the call itself was written. */
  start(): void {
    if (this.ids.length === 0) return;
    this.#session.closed.addEventListener('abort', () => this.stop(), { signal: this.#stop.signal });
    const uploads = this.ids.map((id, index) => this.#upload(id, this.#sources[index]!));
    void Promise.all(uploads).then(() => this.stop());
  }

  /** The call was answered: nobody reads the streams any more. */
  stop(): void {
    this.#stop.abort();
  }

  /** The call was cancelled: the server is told that nothing more comes. */
  cancel(): void {
    this.#isCancelled = true;
    this.stop();
  }

  /** Never rejects: what goes wrong is told to the server. */
  async #upload(invocationId: string, source: StreamSource<unknown>): Promise<void> {
    const session = this.#session;
    const item = (item: unknown): Promise<void> | undefined => {
      session.write({ type: MessageType.StreamItem, invocationId, item });
      return session.room();
    };
    let error: string | undefined;
    try {
      const end = await pumpStream(streamIterator(source), { item }, this.#stop.signal);
      if (end.kind === 'failed') throw end.error;
      if (end.kind === 'cancelled') {
        if (!this.#isCancelled) return;
        error = 'The upload was canceled.';
      }
    } catch (cause) {
      error = toError(cause).message;
    }
    const outcome = error === undefined ? ({ kind: 'void' } as const) : ({ kind: 'error', error } as const);
    if (session.isOpen) session.write({ type: MessageType.Completion, invocationId, outcome });
  }
}
