import type { Overview } from '../../contract/reporter.ts';
import { gatewayName } from './labels.ts';
import type { Report } from './report.ts';

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
  };
}
