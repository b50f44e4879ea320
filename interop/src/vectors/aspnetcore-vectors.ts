import type { CompletionOutcome, HubMessage } from '@hubwire/hub-protocol';

import { readGolden } from '../golden/golden-files.ts';
import type { ProtocolName } from '../interop-client.ts';
import { toVector, type RecordedVector, type RecordedVectors } from './recorded-vectors.ts';

/** Holds bytes and a date, which a transcript shows as text. */
const notPlain = 'call: a result of many types';

/** Every message in the golden transcripts that differs from the ones before it. */
export async function aspNetCoreVectors(protocol: ProtocolName): Promise<RecordedVectors> {
  const { recordedFrom, transcripts } = await readGolden(protocol);
  const vectors = new Map<string, RecordedVector>();
  for (const { name, entries } of transcripts) {
    for (const entry of entries) {
      if (!('wire' in entry) || name === notPlain) continue;
      const message = toMessage({ type: null, ...(entry.server as Partial<GoldenMessage>) });
      const wire = protocol === 'json' ? entry.wire : withoutLength(entry.wire);
      if (message !== undefined && !vectors.has(wire)) vectors.set(wire, toVector(protocol, { name, message, wire }));
    }
  }
  return { recordedFrom, vectors: [...vectors.values()] };
}

interface GoldenMessage {
  readonly type: number | null;
  readonly invocationId?: string;
  readonly target?: string;
  readonly arguments?: readonly unknown[];
  readonly item?: unknown;
  readonly result?: unknown;
  readonly error?: string | null;
  readonly allowReconnect?: boolean;
}

/** The message that the members say, or `undefined` for a handshake record. */
function toMessage(golden: GoldenMessage): HubMessage | undefined {
  const { type, invocationId = '', target = '', error, allowReconnect } = golden;
  switch (type) {
    case 1:
      return {
        type,
        ...(invocationId !== '' && { invocationId }),
        target,
        arguments: golden.arguments ?? [],
      };
    case 2:
      return { type, invocationId, item: golden.item };
    case 3:
      return { type, invocationId, outcome: toOutcome(golden) };
    case 6:
      return { type };
    case 7:
      return { type, ...(typeof error === 'string' && { error }), ...(allowReconnect === true && { allowReconnect }) };
    case null:
    default:
      return undefined;
  }
}

function toOutcome(golden: GoldenMessage): CompletionOutcome {
  if (typeof golden.error === 'string') return { kind: 'error', error: golden.error };
  return 'result' in golden ? { kind: 'result', result: golden.result } : { kind: 'void' };
}

/** The length is a varint: its last byte is the first one below 0x80. */
function withoutLength(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  return bytes.subarray(bytes.findIndex((byte) => byte < 0x80) + 1).toString('hex');
}
