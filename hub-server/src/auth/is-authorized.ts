import type { AuthorizationContext, AuthorizationRequirement, AuthorizationRules } from './authorize.ts';

/** Whether every requirement is met; a promise only when a policy gives one. */
export function isAuthorized(
  requirements: readonly AuthorizationRequirement[],
  context: AuthorizationContext,
): boolean | Promise<boolean> {
  for (const [index, requirement] of requirements.entries()) {
    const met = meets(requirement, context);
    if (typeof met === 'object') return restAfter(met, requirements.slice(index + 1), context);
    if (!met) return false;
  }
  return true;
}

async function restAfter(
  met: PromiseLike<boolean>,
  rest: readonly AuthorizationRequirement[],
  context: AuthorizationContext,
): Promise<boolean> {
  return (await met) && isAuthorized(rest, context);
}

function meets(requirement: AuthorizationRequirement, context: AuthorizationContext): boolean | PromiseLike<boolean> {
  if (typeof requirement === 'function') return requirement(context);
  if (context.user === null || context.user === undefined) return false;
  const { roles, claims, policy } = requirement;
  if (roles !== undefined && !hasRole(context.user, roles)) return false;
  if (claims !== undefined && !hasClaims(context.user, claims)) return false;
  return policy === undefined || policy(context);
}

function hasRole(user: unknown, wanted: string | readonly string[]): boolean {
  const held = new Set([...valuesOf(user, 'role'), ...valuesOf(user, 'roles')]);
  return listOf(wanted).some((role) => held.has(role));
}

function hasClaims(user: unknown, claims: NonNullable<AuthorizationRules['claims']>): boolean {
  return Object.entries(claims).every(([name, wanted]) => {
    const held = valuesOf(user, name);
    if (wanted === true) return held.length > 0;
    return listOf<unknown>(wanted).some((value) => held.includes(value));
  });
}

// Own properties only: nobody has the claim `constructor`.
function valuesOf(user: unknown, name: string): readonly unknown[] {
  if (typeof user !== 'object' || user === null || !Object.hasOwn(user, name)) return [];
  const value = (user as Readonly<Record<string, unknown>>)[name];
  return value === undefined || value === null ? [] : listOf<unknown>(value);
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
