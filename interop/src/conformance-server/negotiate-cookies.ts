import type { NegotiateDecision } from '@hubwire/transports/server';

/** Two cookies that live, and one that is over already. */
export function negotiateCookies(): NegotiateDecision {
  return {
    headers: {
      'Set-Cookie': [
        'testCookie=testValue; path=/',
        'testCookie2=testValue2; path=/',
        'expiredCookie=over; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT',
      ],
    },
  };
}
