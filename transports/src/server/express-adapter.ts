import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectionRouter } from './connection-router.ts';
import { pathOf } from './request-target.ts';

/** What Express and Connect call: express itself is not needed here. */
export type MiddlewareHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

interface MountedRequest extends IncomingMessage {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
}

/**
 * A handler for `app.use(…)`, at the root, under a path, or in a router of its own. The endpoints are found by their
 * full path, or by their path below the mount path. In the second case upgrades find them once one request came by;
 * for sockets that are opened without negotiate say `router.mount('/path')`.
 *
 * @example
 * app.use(expressRouter(router));
 * router.attach(app.listen(3000));
 */
export function expressRouter(router: ConnectionRouter): MiddlewareHandler {
  return (request: MountedRequest, response, next) => {
    const { url = '/', originalUrl = url, baseUrl = '' } = request;
    if (router.handle(request, response, pathOf(originalUrl))) return;
    if (baseUrl === '' || !router.handle(request, response, pathOf(url))) next();
    else router.mount(baseUrl);
  };
}
