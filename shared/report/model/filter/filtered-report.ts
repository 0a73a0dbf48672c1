import { costOf } from '../../../prices/prices.ts';
import { isPriced } from '../labels.ts';
import type { Report } from '../report.ts';
import { type Amount, type Basis, plus } from '../tables.ts';
import { coloursOf } from './colours.ts';
import type { Filter } from './dimensions.ts';
import { filteredHeadline } from './headline.ts';
import { linksOf } from './links.ts';
import { type Cellular, select } from './select.ts';
import { tablesOf } from './tables.ts';
import { filteredTimeline } from './timeline.ts';

/** A report of what filters leave. What is not of sources, targets and time is as in the whole report. */
export interface Filtered {
  readonly report: Report;
  /** Bytes of what was added up, of which it is not known whether they match. */
  readonly unsure: number;
}

/** The report of what matches one of the filters of each dimension, with at most `top` rows to a table. */
export function filterReport(whole: Cellular, filters: readonly Filter[], top: number): Filtered {
  const selection = select(whole, filters);
  const { unsure } = selection;
  const selected = selection.selected.filter(({ amount }) => amount.bytes > 0 || amount.flows > 0);
  const total = selected.reduce<Amount>((sum, { amount }) => plus(sum, amount), plus());
  const { perGib } = whole.cost;
  const natPerGib = isPriced(whole) ? perGib : undefined;
  const basis: Basis = { total, natPerGib, top };
  const colours = coloursOf(whole, selected);
  const report: Report = {
    ...whole,
    ...tablesOf(whole, selected, basis, colours),
    sourceGroups: colours.groups,
    headline: filteredHeadline(whole, { selected, unsure }, basis),
    totals: { ...whole.totals, ...totalsOf(total) },
    cost: { ...whole.cost, total: natPerGib === undefined ? null : costOf(total.bytes, perGib) },
    timeline: filteredTimeline(whole, selection, colours),
    links: linksOf(selected, total.bytes, colours),
  };
  return { report, unsure };
}

function totalsOf({ bytes, upload, flows }: Amount): Partial<Report['totals']> {
  const of = (some: number) => ({ bytes: some, flows, packets: 0 });
  const forwarded = of(bytes);
  return {
    ...{ forwarded, throughGateway: forwarded },
    ...{ upload: of(upload), download: of(bytes - upload) },
  };
}
