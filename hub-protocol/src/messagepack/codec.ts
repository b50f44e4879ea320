import { Unpackr } from 'msgpackr/unpack';
import { HubProtocolError } from '../errors.ts';
import { scanMessagePack, type ScanLimits } from './scan-message-pack.ts';
import { writeMessagePack } from './write-message-pack.ts';

const unpackr = new Unpackr({
  useRecords: false,
  mapsAsObjects: true,
  structuredClone: false,
  moreTypes: false,
  // A view would change with the next message, or keep a whole frame alive.
  copyBuffers: true,
});
// What is exact as a number is a number, the rest a bigint. Set like this because the type of the option lacks it.
Object.assign(unpackr, { int64AsType: 'auto' });

/**
 * msgpackr reads from here what fits: it makes a `DataView` of everything it is given and leaves it there as a property,
 * which costs as much as reading a short message and would mark the payloads of others.
 */
const desk = new Uint8Array(4096);

/**
 * Reads one array. msgpackr is given nothing that `scanMessagePack` has not been through: by itself it would build
 * regular expressions, errors, sets and records for a peer, and recurse as deep as the peer likes.
 */
export function decodeMessage(payload: Uint8Array, limits: ScanLimits): readonly unknown[] {
  scanMessagePack(payload, limits);
  let decoded: unknown;
  try {
    decoded = unpack(payload);
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It is not MessagePack.', { cause });
  }
  if (Array.isArray(decoded)) return decoded;
  throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'It must be an array.');
}

function unpack(payload: Uint8Array): unknown {
  if (payload.length <= desk.length) {
    desk.set(payload);
    return unpackr.unpack(desk, payload.length);
  }
  // Not the payload itself, and a plain view of it: msgpackr makes Buffers of a Buffer's bytes.
  return unpackr.unpack(new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength));
}

/** Writes one array. Throws `PROTOCOL_CANNOT_WRITE`; see `docs/adr/0001-messagepack-on-msgpackr.md` for why this is ours. */
export function encodeMessage(fields: readonly unknown[]): Uint8Array {
  return writeMessagePack(fields);
}
