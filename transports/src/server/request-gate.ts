import { authenticate } from './authentication.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import { answerRejection, answerUpgradeRejection, HttpRejection, reject } from './http-rejection.ts';
import { isOriginAllowed } from './origin-policy.ts';
import type { Exchange } from './server-transport.ts';

/** What every request has to pass, and what happens to one that fails. */
export class RequestGate {
  readonly #options: ResolvedConnectionEndpointOptions;

  constructor(options: ResolvedConnectionEndpointOptions) {
    this.#options = options;
  }

  /** `false`: the origin is foreign, and the request is answered. */
  admitsOrigin(exchange: Exchange): boolean {
    if (isOriginAllowed(this.#options.allowedOrigins, exchange.request)) return true;
    this.refuse(exchange, reject('TRANSPORT_ORIGIN_NOT_ALLOWED'));
    return false;
  }

  /** Goes on with `next` when the request has a user, be it the anonymous one; answers it otherwise. */
  authenticate(exchange: Exchange, next: (user: unknown) => void): void {
    authenticate(this.#options, exchange.request, (result) => {
      if (result instanceof HttpRejection) this.refuse(exchange, result);
      else this.guard(exchange, () => next(result.user));
    });
  }

  /** Nothing that fails while one request is handled may reach another, or the process. */
  guard(exchange: Exchange, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.fail(exchange, error);
    }
  }

  fail(exchange: Exchange, error: unknown): void {
    if (error instanceof HttpRejection) {
      this.refuse(exchange, error);
      return;
    }
    this.#options.logger.log('error', 'requestFailed', { error });
    this.refuse(exchange, reject('TRANSPORT_INTERNAL'));
    if (exchange.kind === 'request' && !exchange.response.writableEnded) exchange.response.destroy();
  }

  refuse(exchange: Exchange, rejection: HttpRejection): void {
    const { status, code } = rejection;
    this.#options.logger.log('debug', 'requestRefused', { status, code, method: exchange.request.method });
    if (exchange.kind === 'upgrade') answerUpgradeRejection(exchange.socket, rejection);
    else answerRejection(exchange.response, rejection);
  }
}
