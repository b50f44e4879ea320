import { HubServerError } from '../errors.ts';
import type { HubDiagnostics } from '../observability/hub-diagnostics.ts';

export interface GroupLimits {
  readonly maximumGroups: number;
  readonly maximumNameLength: number;
  readonly diagnostics: Pick<HubDiagnostics, 'limitReached'>;
}

/** What is about to be joined, and by whom. */
export interface GroupRequest {
  readonly group: string;
  /** Those that the connection is in; `undefined` where that is not known here. */
  readonly groups: ReadonlySet<string> | undefined;
  readonly connectionId: string | undefined;
}

/** Why the connection cannot join the group, if it cannot. */
export function refusalOfGroup(request: GroupRequest, limits: GroupLimits): HubServerError | undefined {
  const { group, groups, connectionId } = request;
  const { maximumGroups, maximumNameLength, diagnostics } = limits;
  if (group.length > maximumNameLength) {
    diagnostics.limitReached('maximumNameLength', connectionId);
    return new HubServerError('HUB_INVALID_GROUP', `It may have ${maximumNameLength} characters.`);
  }
  if (groups === undefined || groups.size < maximumGroups || groups.has(group)) return undefined;
  diagnostics.limitReached('maximumGroups', connectionId);
  return new HubServerError('HUB_TOO_MANY_GROUPS', `The limit is ${maximumGroups}.`);
}
