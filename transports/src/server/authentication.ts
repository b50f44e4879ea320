import type { IncomingMessage } from 'node:http';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import { HttpRejection, reject } from './http-rejection.ts';
import { parseTarget, queryValue } from './request-target.ts';

/** Who sent a request, or why it is refused. */
export type Authentication = { readonly user: unknown } | HttpRejection;

/** Asks the `authenticate` hook. `done` MUST NOT throw; it is called at once unless the hook is asynchronous. */
export function authenticate(
  options: ResolvedConnectionEndpointOptions,
  request: IncomingMessage,
  done: (result: Authentication) => void,
): void {
  const refuse = (error: unknown) => {
    options.logger.log('debug', 'authenticationFailed', { error });
    return error instanceof HttpRejection ? error : unauthenticated();
  };
  let user: unknown;
  try {
    user = options.authenticate(request);
  } catch (error) {
    done(refuse(error));
    return;
  }
  if (user instanceof Promise) void user.then(accept, refuse).then(done);
  else done(accept(user));
}

/**
 * The bearer token of a request: from the `Authorization` header, else from the query parameter `access_token`, where
 * browsers have to put it for WebSockets and Server-Sent Events. For use in an `authenticate` hook.
 */
export function bearerToken(request: IncomingMessage): string | undefined {
  const [, token] = /^Bearer +(\S+)\s*$/iu.exec(request.headers.authorization ?? '') ?? [];
  return token ?? queryValue(parseTarget(request.url ?? '').query, 'access_token');
}

function accept(user: unknown): Authentication {
  return user === undefined ? unauthenticated() : { user };
}

function unauthenticated(): HttpRejection {
  return reject('TRANSPORT_UNAUTHENTICATED', { 'WWW-Authenticate': 'Bearer' });
}
