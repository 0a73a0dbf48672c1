import { size } from '../../../text/units.ts';
import type { CellSource } from '../cells.ts';
import { groupText, groupWords } from '../group-by.ts';
import { type Heaviest, headlineFrom, nothing, type Target } from '../headline.ts';
import type { Headline, Report } from '../report.ts';
import type { Basis } from '../tables.ts';
import { nameIn, sourceKey } from './dimensions.ts';
import type { Selected, Selection } from './select.ts';

const NOT_SAID = 'not said';

/** The one sentence about what filters leave, as the whole report's is made. */
export function filteredHeadline(
  report: Report,
  { selected, unsure }: Selection,
  { total, natPerGib }: Basis,
): Headline {
  if (total.bytes === 0) return { ...nothing(total.flows), text: noneText(total.flows, unsure) };
  const sources = new Map<string, CellSource | undefined>();
  for (const each of selected) sources.set(whoIn(report, each) ?? '', each.source);
  return headlineFrom({
    targets: targetsOf(report, selected),
    ...{ total: total.bytes, natPerGib, isLow: false },
    isMore: { sources: false, targets: false },
    sources: new Set(selected.map(({ source }) => source)).size,
    whoOf: (who): ReturnType<Heaviest['whoOf']> => {
      const { address = '', id, name = id } = sources.get(who) ?? {};
      return report.grouping?.of === 'sources'
        ? { source: null, name: groupOf(who, report.grouping) }
        : { source: address, name: name ?? null };
    },
  });
}

function groupOf(label: string, grouping: NonNullable<Report['grouping']>): string {
  return groupWords(label === groupText(null, grouping.by) ? undefined : label, grouping);
}

/** A source, or its group where the report is grouped; undefined for those that are added up. */
function whoIn(report: Report, { source, target }: Selected): string | undefined {
  if (report.grouping?.of === 'sources') return nameIn('label', report, source, target);
  return source && sourceKey(source);
}

interface MutableTarget extends Target {
  bytes: number;
  sources: Map<string, number>;
}

function targetsOf(report: Report, selected: readonly Selected[]): Target[] {
  const isOfTargets = report.grouping?.of === 'targets';
  const targets = new Map<string, MutableTarget>();
  for (const each of selected) {
    const { source, target, amount } = each;
    const name = nameIn(isOfTargets ? 'label' : 'target', report, source, target);
    if (name === undefined || target.service === 'OTHERS') continue;
    const isSaid = isOfTargets || Boolean(target.service) || name !== NOT_SAID;
    const sum = targets.get(name) ?? { name, isSaid, bytes: 0, sources: new Map() };
    targets.set(name, sum);
    sum.bytes += amount.bytes;
    const who = whoIn(report, each);
    if (who !== undefined) sum.sources.set(who, (sum.sources.get(who) ?? 0) + amount.bytes);
  }
  return [...targets.values()];
}

function noneText(flows: number, unsure: number): string {
  if (unsure > 0) return `nothing that is told apart; ${size(unsure)} are not`;
  return flows > 0 ? nothing(flows).text : 'nothing matches these filters';
}
