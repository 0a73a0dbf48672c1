import { summary } from './mail.ts';
import type { Report } from './report.ts';
import { gatewayName } from './words.ts';

/** A recording in one line of a list. */
export interface Overview {
  readonly id: string;
  readonly gateway: string;
  /** ISO 8601, of the first packet; absent when there was none. */
  readonly start?: string | undefined;
  readonly seconds: number;
  readonly bytes: number;
  /** Who, to what, how much a day. */
  readonly summary: string;
  /** Dollars. */
  readonly cost: number;
}

/** What a list says of a recording. */
export function overviewOf(id: string, report: Report): Overview {
  return {
    id,
    gateway: gatewayName(report),
    start: report.window?.start,
    seconds: report.seconds,
    bytes: Number(report.totals.forwarded.bytes),
    summary: summary(report),
    cost: report.cost.total,
  };
}
