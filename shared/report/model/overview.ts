import { monthOfId } from '../../contract/ended-recording.ts';
import type { RecordingSummary } from '../../contract/recording-summary.ts';
import type { Overview } from '../../contract/reporter.ts';
import { shownName } from '../../text/shorten.ts';
import { gatewayName } from './labels.ts';
import type { Report } from './report.ts';

/** What the recordings of a month come to. */
export interface MonthSum {
  /** In UTC, by when they were begun: `2026-11`. */
  readonly month: string;
  readonly recordings: number;
  readonly bytes: number;
  /** Dollars that the bytes of the priced ones cost at the gateways. */
  readonly cost: number;
  /** Recordings whose bytes are not priced, because they are not proven to have gone through a gateway. */
  readonly unpriced: number;
  /** Dollars that recording them cost. */
  readonly recordingCost: number;
}

/** A recording's report as one line of a list. */
export function overviewOf(id: string, report: Report): Overview {
  return {
    id,
    gateway: gatewayName(report),
    start: report.window?.start,
    seconds: report.seconds,
    bytes: Number(report.totals.forwarded.bytes),
    summary: report.headline.text,
    cost: report.cost.total,
    recordingCost: report.cost.recording,
  };
}

/** The same line by a recording's summary; nothing where it has no report. */
export function overviewOfSummary({ id, name, gateway, report }: RecordingSummary): Overview[] {
  if (report === null) return [];
  const { first, seconds, bytes, headline, dollars, recording } = report;
  return [
    {
      ...{ id, gateway: shownName(name ?? gateway), start: first ?? undefined, seconds, bytes },
      ...{ summary: headline.text, cost: dollars, recordingCost: recording },
    },
  ];
}

/** The sum of each month, in the order in which the months come. */
export function sumsByMonth(recordings: readonly Overview[]): MonthSum[] {
  const sums = new Map<string, MonthSum>();
  for (const { id, bytes, cost, recordingCost } of recordings) {
    const month = monthOfId(id);
    const before = sums.get(month) ?? nothingIn(month);
    sums.set(month, {
      month,
      recordings: before.recordings + 1,
      bytes: before.bytes + bytes,
      cost: before.cost + (cost ?? 0),
      unpriced: before.unpriced + (cost === null ? 1 : 0),
      recordingCost: before.recordingCost + recordingCost,
    });
  }
  return [...sums.values()];
}

function nothingIn(month: string): MonthSum {
  return { month, recordings: 0, bytes: 0, cost: 0, unpriced: 0, recordingCost: 0 };
}
