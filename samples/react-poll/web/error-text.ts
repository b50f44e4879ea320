import { HubInvocationError } from '@hubwire/hub-client';

/** What the hub itself said, or what went wrong otherwise. */
export function errorText(error: unknown): string {
  if (error instanceof HubInvocationError) return error.hubMessage ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
