import type { HubContainer } from '../activation/hub-container.ts';
import type { FilterSource, HubFilter } from '../dispatch/hub-filter.ts';
import { HubServerError } from '../errors.ts';
import type { HubFilterOption } from './hub-server-options.ts';

/** How each filter is got: as it is, or from the container at every call. Throws `HUB_INVALID_OPTION` without one. */
export function filterSources(
  filters: readonly HubFilterOption[],
  container: HubContainer | undefined,
): readonly FilterSource[] {
  return filters.map((filter) => {
    if (typeof filter === 'object') return () => filter;
    if (container !== undefined) return () => container.get(filter, { autobind: true }) as HubFilter;
    const name = typeof filter === 'function' ? filter.name : String(filter);
    throw new HubServerError('HUB_INVALID_OPTION', `The filter ${name} needs the option container to be made.`);
  });
}
