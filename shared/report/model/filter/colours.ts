import type { CellSource } from '../cells.ts';
import { sourceLabel } from '../labels.ts';
import type { Report } from '../report.ts';
import type { Selected } from './select.ts';

/** As many sources as there are colours. */
const MOST_COLOURS = 5;

/** Which source has which colour, and the groups that colours stand for. */
export interface Colours {
  readonly groups: Report['sourceGroups'];
  readonly of: (source: CellSource | undefined) => number | undefined;
}

/** Where few sources are left each has a colour of its own, and one that had one keeps it; else groups keep theirs. */
export function coloursOf({ sourceGroups }: Report, selected: readonly Selected[]): Colours {
  const sources = new Set(selected.map(({ source }) => source));
  if (sources.size > MOST_COLOURS || sources.has(undefined) || sourceGroups.by === 'label') {
    return { groups: sourceGroups, of: (source) => source?.group };
  }
  const { groups } = sourceGroups.by === 'source' ? sourceGroups : { groups: [] };
  const owners: (CellSource | undefined)[] = groups.map((_, group) =>
    [...sources].find((source) => source?.group === group),
  );
  for (const source of sources) {
    if (owners.includes(source)) continue;
    const free = owners.indexOf(undefined);
    owners[free < 0 ? owners.length : free] = source;
  }
  return {
    groups: {
      by: 'source',
      groups: owners.map((source) => ({
        ...{ label: source === undefined ? '' : sourceLabel(source), sources: 1 },
        ...{ bytes: 0, share: 0 },
      })),
    },
    of: (source) => (source === undefined ? undefined : owners.indexOf(source)),
  };
}
