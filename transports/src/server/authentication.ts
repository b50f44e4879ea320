import type { IncomingMessage } from 'node:http';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import { HttpRejection, reject } from './http-rejection.ts';
import { isPromiseLike } from './is-promise-like.ts';
import { queryValue } from './request-target.ts';

/** Who sent a request, or why it is refused. */
export type Authentication = { readonly user: unknown } | HttpRejection;

/** Asks the `authenticate` hook. The answer never rejects, and is there at once unless the hook is asynchronous. */
export function authenticate(
  options: ResolvedConnectionEndpointOptions,
  request: IncomingMessage,
): Authentication | Promise<Authentication> {
  try {
    const user = options.authenticate(request);
    if (!isPromiseLike(user)) return accept(user);
    return Promise.resolve(user).then(accept, (error: unknown) => refuse(options, error));
  } catch (error) {
    return refuse(options, error);
  }
}

/**
 * The bearer token of a request: from the `Authorization` header, else from the query parameter `access_token`, where
 * browsers have to put it for WebSockets and Server-Sent Events. For use in an `authenticate` hook.
 */
export function bearerToken(request: IncomingMessage): string | undefined {
  const [, token] = /^Bearer +(\S+)\s*$/iu.exec(request.headers.authorization ?? '') ?? [];
  return token ?? queryValue(request.url ?? '', 'access_token');
}

function refuse({ logger }: ResolvedConnectionEndpointOptions, error: unknown): HttpRejection {
  logger.log('debug', 'authenticationFailed', { error });
  return error instanceof HttpRejection ? error : unauthenticated();
}

function accept(user: unknown): Authentication {
  return user === undefined ? unauthenticated() : { user };
}

function unauthenticated(): HttpRejection {
  return reject('TRANSPORT_UNAUTHENTICATED', { 'WWW-Authenticate': 'Bearer' });
}
