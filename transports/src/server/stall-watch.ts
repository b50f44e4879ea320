import type { Carrier } from './server-transport.ts';

/** Notices a peer that does not read what is sent to it. */
export class StallWatch {
  #seen: { readonly progress: number; readonly sinceMs: number } | undefined;

  /** How long nothing of what is buffered has left, in milliseconds. To be asked about once a second. */
  stalledMs(carrier: Carrier, nowMs: number): number {
    if (carrier.bufferedBytes === 0) {
      this.#seen = undefined;
      return 0;
    }
    const { progress } = carrier;
    if (this.#seen?.progress !== progress) this.#seen = { progress, sinceMs: nowMs };
    return nowMs - this.#seen.sinceMs;
  }
}
