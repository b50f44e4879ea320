import type { IncomingMessage } from 'node:http';
import { TransportError, type Connection } from '@hubwire/transports';
import {
  connectionEndpointDefaults,
  HttpRejection,
  type ConnectionEndpointOptions,
  type ServerConnection,
} from '@hubwire/transports/server';
import type { AuthorizationRequirement } from '../auth/authorize.ts';
import { isAuthorized } from '../auth/is-authorized.ts';

type Requirements = readonly AuthorizationRequirement[];

function mayConnect(requirements: Requirements, user: unknown): boolean | Promise<boolean> {
  return isAuthorized(requirements, { user, context: undefined, method: undefined, arguments: [] });
}

/** Refuses requests of users who may not connect to the hub: 401 for anonymous ones, 403 for others. */
export function authorizeRequests(
  options: ConnectionEndpointOptions,
  requirements: Requirements,
): ConnectionEndpointOptions {
  if (requirements.length === 0) return options;
  const { authenticate = connectionEndpointDefaults.authenticate } = options;
  return {
    ...options,
    async authenticate(request: IncomingMessage) {
      const user: unknown = await authenticate(request);
      if (user === undefined || (await mayConnect(requirements, user))) return user;
      if (user === null) throw new HttpRejection(401, 'Authentication required');
      throw new HttpRejection(403, 'Forbidden');
    },
  };
}

/** Serves a connection that no request was checked for, or aborts it. */
export function authorizeConnection(
  connection: Connection | ServerConnection,
  requirements: Requirements,
  serve: (connection: Connection | ServerConnection) => void,
): void {
  const decide = (isAllowed: boolean): void => {
    if (isAllowed) serve(connection);
    else connection.abort(new TransportError('TRANSPORT_UNAUTHENTICATED'));
  };
  const user = 'user' in connection ? connection.user : undefined;
  const allowed = requirements.length === 0 || mayConnect(requirements, user);
  if (typeof allowed === 'boolean') decide(allowed);
  else allowed.then(decide, () => decide(false));
}
