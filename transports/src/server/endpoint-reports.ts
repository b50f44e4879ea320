import type { CloseReason } from '../connection.ts';
import type { ConnectionEndpointObserver, ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import type { HttpRejection } from './http-rejection.ts';

/** The limits that an error code is the end of. Those that refuse connections are told apart where they are checked. */
const limitsByCode: Readonly<Record<string, keyof ResolvedConnectionEndpointOptions>> = {
  TRANSPORT_NEVER_USED: 'negotiatedTimeoutMs',
  TRANSPORT_DISCONNECTED: 'disconnectTimeoutMs',
  TRANSPORT_SEND_TIMEOUT: 'sendTimeoutMs',
  TRANSPORT_FRAME_TOO_LARGE: 'maximumFrameBytes',
  TRANSPORT_BODY_TOO_LARGE: 'maximumFrameBytes',
  TRANSPORT_BODY_TIMEOUT: 'requestTimeoutMs',
  TRANSPORT_HOOK_TIMEOUT: 'requestTimeoutMs',
  TRANSPORT_TOO_MANY_POSTS: 'maximumPendingPosts',
};

/** Tells the observer of an endpoint what it wants to know. What the observer throws is logged and stops nothing. */
export class EndpointReports {
  readonly #options: Pick<ResolvedConnectionEndpointOptions, 'observer' | 'logger'>;

  constructor(options: Pick<ResolvedConnectionEndpointOptions, 'observer' | 'logger'>) {
    this.#options = options;
  }

  /** `limit` is the name of an option. */
  limitReached(limit: string): void {
    this.#tell((observer) => observer.onLimit?.(limit));
  }

  refused({ status, code }: HttpRejection): void {
    this.#limitOf(code);
    this.#tell((observer) => observer.onRefused?.(status, code));
  }

  ended(reason: CloseReason): void {
    if (reason.kind === 'failed') this.#limitOf(reason.error.code);
  }

  #limitOf(code: string | undefined): void {
    const limit = code === undefined ? undefined : limitsByCode[code];
    if (limit !== undefined) this.limitReached(limit);
  }

  #tell(tell: (observer: ConnectionEndpointObserver) => void): void {
    const { observer, logger } = this.#options;
    try {
      tell(observer);
    } catch (error) {
      logger.log('error', 'observerFailed', { error });
    }
  }
}
