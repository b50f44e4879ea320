import { Unpackr } from 'msgpackr/unpack';
import { HubProtocolError } from '../errors.ts';
import { scanMessagePack, type ScanLimits } from './scan-message-pack.ts';
import { writeMessagePack } from './write-message-pack.ts';

const unpackr = new Unpackr({
  useRecords: false,
  mapsAsObjects: true,
  structuredClone: false,
  moreTypes: false,
  // A view would keep the whole frame alive, and change when its transport uses the buffer again.
  copyBuffers: true,
});
// What is exact as a number is a number, the rest a bigint. Set like this because the type of the option lacks it.
Object.assign(unpackr, { int64AsType: 'auto' });

/**
 * Reads one array. msgpackr is given nothing that `scanMessagePack` has not been through: by itself it would build
 * regular expressions, errors, sets and records for a peer, and recurse as deep as the peer likes.
 */
export function decodeMessage(payload: Uint8Array, limits: ScanLimits): readonly unknown[] {
  scanMessagePack(payload, limits);
  let decoded: unknown;
  try {
    // A plain view: msgpackr leaves a property on what it is given, and makes a Buffer of a Buffer's bytes.
    decoded = unpackr.unpack(new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength));
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It is not MessagePack.', { cause });
  }
  if (Array.isArray(decoded)) return decoded;
  throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It must be an array.');
}

/** Writes one array. Throws `PROTOCOL_CANNOT_WRITE`; see `docs/adr/0001-messagepack-on-msgpackr.md` for why this is ours. */
export function encodeMessage(fields: readonly unknown[]): Uint8Array {
  return writeMessagePack(fields);
}
