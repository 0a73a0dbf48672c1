import type { DeliveryMetric, DeliveryReport } from '../../shared/contract/delivery-report.ts';
import type { Counts } from '../../shared/flowlog/source.ts';
import { count, counted } from '../../shared/text/units.ts';
import type { ArchiveTotals } from './story-stream.ts';

/** What became of the lines of the continuous sources. */
export interface ContinuousEnd {
  readonly delivered: Counts;
  readonly deliveries: readonly DeliveryReport[];
  readonly archive: ArchiveTotals;
}

/** The figures of the continuous sources at the end of a story. Nothing of them is in a report. */
export interface ContinuousFigures {
  readonly records: number;
  readonly archived: number;
  readonly flows: number;
  readonly bytes: number;
  readonly ownTraffic: number;
  readonly unsent: number;
}

export function continuousFigures({
  delivered,
  deliveries,
  archive,
}: ContinuousEnd): ContinuousFigures {
  const sum = (metric: DeliveryMetric) =>
    deliveries.reduce((all, report) => all + (report[metric] ?? 0), 0);
  return {
    records: Object.values(delivered).reduce((lines, kind) => lines + kind, 0),
    archived: archive.lines,
    flows: sum('FlowsExported'),
    bytes: sum('BytesExported'),
    ownTraffic: sum('FlowsOwnTraffic'),
    unsent: sum('FlowsUnsent'),
  };
}

/** Every line is in the archive, and every flow was exported once, but those of natflow's own datagrams. */
export function continuousFaults(end: ContinuousEnd): string[] {
  const { records, archived, flows, ownTraffic, unsent } = continuousFigures(end);
  const flowLines = end.delivered.flow;
  return [
    ...(records === archived
      ? []
      : [`${records} continuous records delivered, ${archived} in the archive`]),
    ...(flowLines === flows + ownTraffic
      ? []
      : [`${flowLines} continuous flows, ${flows} exported and ${ownTraffic} of natflow's own`]),
    ...(unsent > 0 ? [`${unsent} continuous flows were not sent in time`] : []),
  ];
}

/** The figures as a line of text. */
export function continuousLine({
  records,
  archived,
  flows,
  ownTraffic,
}: ContinuousFigures): string {
  return `continuous in ${count(records)} out ${count(archived)}   flows exported ${count(flows)} (legs: all), left out ${counted(ownTraffic, 'flow')} of natflow's own datagrams; nothing priced`;
}
