import { randomBytes } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

/** Who a token speaks for. */
export interface TokenUser {
  readonly id: string;
  readonly role?: string;
}

const key = randomBytes(32);

/** A token of this run of the server. */
export function issueToken(user: TokenUser, seconds: number): Promise<string> {
  const claims = user.role === undefined ? {} : { role: user.role };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.id)
    .setExpirationTime(Date.now() / 1000 + seconds)
    .sign(key);
}

/** Rejects when the token is forged, damaged or over. */
export async function readToken(token: string): Promise<TokenUser> {
  const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
  const role = payload['role'];
  return { id: String(payload.sub), ...(typeof role === 'string' && { role }) };
}
