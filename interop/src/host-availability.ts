import type { ProtocolName } from './interop-client.ts';

/** A running conformance server; disposing stops it. */
export interface ConformanceHost extends AsyncDisposable {
  /** Its address, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly protocols: readonly ProtocolName[];
}

/** A server, or why there is none on this machine. */
export type HostAvailability =
  | { readonly kind: 'running'; readonly host: ConformanceHost }
  | { readonly kind: 'missing'; readonly reason: string };
