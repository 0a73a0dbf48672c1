import type { Aggregate } from '../measure/aggregate.ts';
import type { AlarmContext } from './gateway-timelines.ts';
import { linksOf } from './links.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import { sourceGroupsOf } from './source-groups.ts';
import { type Basis, pairsOf, pairsTable, sourcesTable } from './tables.ts';
import { timelineOf } from './timeline.ts';

/** What a report says by source: its tables of sources and pairs, and the charts, with one colour for each source. */
export function bySource(
  aggregate: Aggregate,
  basis: Basis,
  names: Names,
  context: AlarmContext & Pick<Report, 'recording'>,
): Pick<Report, 'pairs' | 'sources' | 'sourceGroups' | 'timeline' | 'links'> {
  const grouping = sourceGroupsOf(aggregate, basis, names, context.network);
  const { groupOf, ...sourceGroups } = grouping;
  const pairs = pairsOf(aggregate);
  return {
    pairs: pairsTable(aggregate, pairs, basis, names, groupOf),
    sources: sourcesTable(aggregate, basis, names, groupOf),
    sourceGroups,
    timeline: timelineOf(aggregate, grouping, context),
    links: linksOf(aggregate, pairs, basis, grouping),
  };
}
