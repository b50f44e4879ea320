import { JsonRpcReader } from '@hubwire/hub-protocol/json-rpc';
import { HubServerError } from './errors.ts';

/** How a hub serves clients that speak JSON-RPC 2.0 over a bare WebSocket. */
export interface JsonRpcOptions {
  /** How many messages one batch may hold; a larger one is refused as a whole. @default 100 */
  readonly maximumBatch?: number;
  /** How many events one connection may subscribe to with `rpc.on`. @default 100 */
  readonly maximumSubscriptions?: number;
}

export const jsonRpcDefaults = {
  maximumBatch: 100,
  maximumSubscriptions: 100,
} as const satisfies Required<JsonRpcOptions>;

/** What the JSON-RPC connections of one hub share. */
export interface ResolvedJsonRpcOptions extends Readonly<Required<JsonRpcOptions>> {
  readonly reader: JsonRpcReader;
}

/** Limits of all connections that hold for JSON-RPC too. */
interface JsonRpcLimits {
  readonly maximumReceiveMessageBytes: number;
  readonly maximumDepth: number;
  readonly maximumNameLength: number;
}

/** `undefined` when the hub speaks no JSON-RPC; throws `HUB_INVALID_OPTION` naming the option. */
export function resolveJsonRpcOptions(option: unknown, limits: JsonRpcLimits): ResolvedJsonRpcOptions | undefined {
  if (option === undefined || option === false) return undefined;
  if (option !== true && (typeof option !== 'object' || option === null)) {
    throw invalid('jsonRpc must be a boolean or an object.');
  }
  const given = Object.fromEntries(Object.entries(option).filter(([, value]) => value !== undefined));
  const resolved: Required<JsonRpcOptions> = { ...jsonRpcDefaults, ...given };
  for (const name of ['maximumBatch', 'maximumSubscriptions'] as const) {
    const value: unknown = resolved[name];
    if (!Number.isSafeInteger(value) || Number(value) < 1) {
      throw invalid(`jsonRpc.${name} must be a whole number greater than zero.`);
    }
  }
  const reader = new JsonRpcReader({
    maximumMessageBytes: limits.maximumReceiveMessageBytes,
    maximumDepth: limits.maximumDepth,
    maximumNameLength: limits.maximumNameLength,
    maximumBatch: resolved.maximumBatch,
  });
  return Object.freeze({ ...resolved, reader });
}

function invalid(detail: string): HubServerError {
  return new HubServerError('HUB_INVALID_OPTION', detail);
}
