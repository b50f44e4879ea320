import type { IncomingMessage } from 'node:http';
import { withoutSecrets } from './request-target.ts';
import { ConnectionRequest } from '../connection-request.ts';

/** Keeps of a request what a connection may show for as long as it lives. */
export function describeRequest({ method = 'GET', url = '/', headers, socket }: IncomingMessage): ConnectionRequest {
  return new ConnectionRequest({ method, url: withoutSecrets(url), headers, remoteAddress: socket.remoteAddress });
}
