import { authenticate } from './authentication.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import { answerRejection, answerUpgradeRejection, HttpRejection, reject } from './http-rejection.ts';
import type { Deadlines } from './deadlines.ts';
import type { EndpointReports } from './endpoint-reports.ts';
import { isPromiseLike } from './is-promise-like.ts';
import { isOriginAllowed } from './origin-policy.ts';
import type { Exchange } from './server-transport.ts';

/** What the gate shares with the rest of its endpoint. */
export interface RequestGateParts {
  readonly deadlines: Deadlines;
  readonly reports: EndpointReports;
}

/** What every request has to pass, and what happens to one that fails. */
export class RequestGate {
  readonly #options: ResolvedConnectionEndpointOptions;
  readonly #parts: RequestGateParts;

  constructor(options: ResolvedConnectionEndpointOptions, parts: RequestGateParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** `false`: the origin is foreign, and the request is answered. */
  admitsOrigin(exchange: Exchange): boolean {
    if (isOriginAllowed(this.#options.allowedOrigins, exchange.request)) return true;
    this.refuse(exchange, reject('TRANSPORT_ORIGIN_NOT_ALLOWED'));
    return false;
  }

  /** Goes on with `next` when the request has a user, be it the anonymous one; answers it otherwise. */
  authenticate(exchange: Exchange, next: (user: unknown) => void): void {
    this.await(exchange, authenticate(this.#options, exchange.request), (result) => {
      if (result instanceof HttpRejection) this.refuse(exchange, result);
      else next(result.user);
    });
  }

  /** Goes on with what a hook decides, at once or later; the request is answered when that takes too long or fails. */
  await<T>(exchange: Exchange, decision: T | PromiseLike<T>, next: (decided: T) => void): void {
    if (!isPromiseLike(decision)) {
      next(decision);
      return;
    }
    const stop = this.#parts.deadlines.start(() => {
      this.#options.logger.log('warning', 'hookTimedOut', { method: exchange.request.method });
      this.refuse(exchange, reject('TRANSPORT_HOOK_TIMEOUT'));
    });
    void Promise.resolve(decision).then(
      (decided) => stop() && this.guard(exchange, () => next(decided)),
      (error: unknown) => stop() && this.fail(exchange, error),
    );
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
    this.#parts.reports.refused(rejection);
    if (exchange.kind === 'upgrade') answerUpgradeRejection(exchange.socket, rejection);
    else answerRejection(exchange.response, rejection);
  }
}
