import type { NodePod } from '../../names/claim.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { cellsOf } from './cell-table.ts';
import type { AlarmContext } from './gateway-timelines.ts';
import { type Division, groupingOf } from './group-by.ts';
import { hiddenPodsOf } from './hidden-pods.ts';
import { linksOf } from './links.ts';
import type { NamesOf } from './names.ts';
import { namingOf, nodesOfPods } from './naming.ts';
import type { Report } from './report.ts';
import { sourceGroupsOf } from './source-groups.ts';
import { type Basis, pairsOf, pairsTable, sourcesTable } from './tables.ts';
import { timelineOf } from './timeline.ts';

/**
 * What a report says by source: its tables of sources and pairs, the charts, with one colour for each source, and how
 * much has a name.
 */
export function bySource(
  aggregate: Aggregate,
  basis: Basis,
  names: NamesOf,
  context: AlarmContext &
    Pick<Report, 'recording'> & {
      readonly pods?: readonly NodePod[] | undefined;
      readonly division?: Division | undefined;
    },
): Pick<
  Report,
  | 'pairs'
  | 'sources'
  | 'sourceGroups'
  | 'timeline'
  | 'links'
  | 'grouping'
  | 'cells'
  | 'naming'
  | 'hiddenPods'
> {
  const grouping = sourceGroupsOf(aggregate, basis, names, context);
  const { division } = context;
  const { groupOf, ...sourceGroups } = grouping;
  const pairs = pairsOf(aggregate);
  const sources = sourcesTable(aggregate, basis, names, groupOf);
  const hiddenPods = hiddenPodsOf(
    { rows: sources.rows, nodesOfPods: nodesOfPods(aggregate, names) },
    context.pods ?? [],
    aggregate,
  );
  const timeline = timelineOf(aggregate, grouping, context);
  return {
    pairs: pairsTable(aggregate, pairs, basis, names, groupOf),
    sources,
    sourceGroups,
    grouping: division && groupingOf(aggregate, division, basis, names),
    timeline,
    cells: cellsOf(aggregate, {
      names,
      groupOf,
      division,
      stepSeconds: timeline?.stepSeconds ?? 0,
    }),
    naming: namingOf(aggregate, names, context),
    hiddenPods: hiddenPods.length > 0 ? hiddenPods : undefined,
    links: linksOf(aggregate, pairs, basis, grouping),
  };
}
