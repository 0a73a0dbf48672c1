import type { Overview } from '../contract/reporter.ts';
import { summary } from './mail.ts';
import type { Report } from './report.ts';
import { gatewayName } from './words.ts';

/** The line of a recording in a list. */
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
