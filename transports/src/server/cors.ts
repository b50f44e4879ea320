import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';

const protocolHeaders = ['authorization', 'content-type', 'x-requested-with', 'x-signalr-user-agent'];

/** Adds what a browser needs to show the answer to a page of another, allowed origin. */
export function addCorsHeaders(
  options: ResolvedConnectionEndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { cors, allowedOrigins } = options;
  if (cors === false) return;
  response.appendHeader('Vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined) return;
  const hasCredentials = cors.credentials ?? allowedOrigins !== '*';
  // A browser takes no `*` along with credentials.
  response.setHeader('Access-Control-Allow-Origin', allowedOrigins === '*' && !hasCredentials ? '*' : origin);
  if (hasCredentials) response.setHeader('Access-Control-Allow-Credentials', 'true');
}

/** Answers an OPTIONS request (Fetch Standard, "CORS-preflight fetch"). `false`: it is none, or CORS is off. */
export function answerPreflight(
  options: ResolvedConnectionEndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { cors } = options;
  if (cors === false || request.method !== 'OPTIONS') return false;
  if (request.headers['access-control-request-method'] === undefined) return false;
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE');
  response.setHeader('Access-Control-Allow-Headers', [...protocolHeaders, ...(cors.allowedHeaders ?? [])].join(', '));
  response.setHeader('Access-Control-Max-Age', cors.maxAgeSeconds ?? 600);
  response.statusCode = 204;
  response.end();
  return true;
}
