import { isUtf8 } from 'node:buffer';
import { FrameViolation } from './frame-violation.ts';

/** Throws a `FrameViolation` when a close frame says what must not be sent (RFC 6455, section 5.5.1). */
export function checkClosePayload(payload: Buffer): void {
  if (payload.length === 0) return;
  const code = payload.readUInt16BE(0);
  if (!maySend(code)) throw new FrameViolation(1002, `The close code ${code} must not be sent.`);
  if (!isUtf8(payload.subarray(2))) throw new FrameViolation(1007, 'The reason of a close is no UTF-8.');
}

/** RFC 6455, section 7.4, and what IANA registered since. */
function maySend(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}
