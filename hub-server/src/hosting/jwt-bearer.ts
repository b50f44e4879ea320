import type { IncomingMessage } from 'node:http';
import { bearerToken, HttpRejection } from '@hubwire/transports/server';
import {
  createRemoteJWKSet,
  jwtVerify,
  type CryptoKey,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type KeyObject,
} from 'jose';

/** Where the keys that sign tokens come from. */
export type JwtKeys =
  /** One key: secret bytes for HS256 and its like, a public key otherwise. */
  | { readonly key: Uint8Array | CryptoKey | KeyObject | JWK }
  /** The key set that an identity provider publishes; it is fetched when needed and kept. */
  | { readonly jwksUrl: string | URL }
  /** Any other way to a key, as `jose` has them. */
  | { readonly getKey: JWTVerifyGetKey };

export type JwtBearerOptions<TUser = JWTPayload> = JwtKeys & {
  /** Algorithms that are accepted, such as `['RS256']`: never all of them, so that no token can choose a weaker one. */
  readonly algorithms: readonly string[];
  /** What the claim `iss` has to be. @default anything */
  readonly issuer?: string | readonly string[];
  /** What the claim `aud` has to hold. @default anything */
  readonly audience?: string | readonly string[];
  /** How far the clocks may differ, in seconds. @default 30 */
  readonly clockToleranceSeconds?: number;
  /** Whether a request without a token is let in, as the user `null`. @default false */
  readonly allowAnonymous?: boolean;
  /**
   * Makes the user of the token's claims; `undefined` refuses it. Two tokens of one user have to make equal users, or
   * `isSameUser` has to say that they are. @default the claims but `exp`, `iat`, `nbf` and `jti`, which change with every token
   */
  readonly toUser?: (claims: JWTPayload) => TUser | undefined | Promise<TUser | undefined>;
};

/**
 * An `authenticate` option that takes JSON Web Tokens as bearer tokens: from the `Authorization` header, or from the
 * query parameter `access_token` where browsers cannot send headers. Tokens without `exp` are refused.
 *
 * @example
 * createHubServer({
 *   authenticate: jwtBearer({ jwksUrl: 'https://login.example.com/keys', algorithms: ['RS256'], audience: 'chat' }),
 * });
 */
export function jwtBearer<TUser = JWTPayload>(
  options: JwtBearerOptions<TUser>,
): (request: IncomingMessage) => Promise<TUser | JWTPayload | null | undefined> {
  const verify = verifier(options);
  const { allowAnonymous = false, toUser } = options;
  return async (request) => {
    const token = bearerToken(request);
    if (token === undefined) {
      if (allowAnonymous) return null;
      throw unauthorized('Bearer');
    }
    let claims: JWTPayload;
    try {
      claims = await verify(token);
    } catch {
      // Why a token does not do is of use to those alone who try to forge one.
      throw unauthorized('Bearer error="invalid_token"');
    }
    return toUser === undefined ? lastingClaims(claims) : toUser(claims);
  };
}

function verifier<TUser>(options: JwtBearerOptions<TUser>): (token: string) => Promise<JWTPayload> {
  const { algorithms, issuer, audience, clockToleranceSeconds = 30 } = options;
  if (!Array.isArray(algorithms) || algorithms.length === 0 || algorithms.includes('none')) {
    throw new TypeError('jwtBearer() has to be told which algorithms to accept.');
  }
  const checks: JWTVerifyOptions = {
    algorithms: [...algorithms],
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['exp'],
    ...(issuer !== undefined && { issuer: typeof issuer === 'string' ? issuer : [...issuer] }),
    ...(audience !== undefined && { audience: typeof audience === 'string' ? audience : [...audience] }),
  };
  if ('key' in options) return async (token) => (await jwtVerify(token, options.key, checks)).payload;
  const getKey = 'jwksUrl' in options ? createRemoteJWKSet(new URL(options.jwksUrl)) : options.getKey;
  return async (token) => (await jwtVerify(token, getKey, checks)).payload;
}

function lastingClaims({ exp: _exp, iat: _iat, nbf: _nbf, jti: _jti, ...lasting }: JWTPayload): JWTPayload {
  return lasting;
}

function unauthorized(challenge: string): HttpRejection {
  return new HttpRejection(401, 'Authentication required', { headers: { 'WWW-Authenticate': challenge } });
}
