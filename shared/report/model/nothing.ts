import { count, counted } from '../../text/units.ts';
import type { Report } from './report.ts';

/** Why a report has no traffic, in one sentence without a full stop; undefined when it has some. */
export function nothingText({
  records,
  totals,
  recording,
}: Pick<Report, 'records' | 'totals' | 'recording'>): string | undefined {
  if (totals.forwarded.flows > 0) return undefined;
  if (recording !== undefined && records.read === 0) return 'No lines in this recording';
  return `No traffic: ${reason(records, totals)}`;
}

function reason(
  { read, ok, ...others }: Report['records'],
  { flows, rejected }: Report['totals'],
): string {
  if (read === 0) return 'no line was read';
  if (ok === 0) return `${counted(read, 'line')} read, none of them a flow (${kindsOf(others)})`;
  if (flows === 0) {
    const flowsRead =
      ok === 1 ? 'the only flow does not count' : `none of ${count(ok)} flows counts`;
    return `${flowsRead} (${leftOutText(others)})`;
  }
  return rejected.flows === 1
    ? 'the only flow that counts was refused'
    : `all ${count(rejected.flows)} flows that count were refused`;
}

function kindsOf({ nodata, skipdata, nonflow, malformed }: Omit<Report['records'], 'read' | 'ok'>) {
  return parts([
    [nodata, 'NODATA'],
    [skipdata, 'SKIPDATA'],
    [nonflow, 'without addresses'],
    [malformed, 'malformed'],
  ]);
}

/** Which flows do not count: `600 of the other leg, 3 of other gateways`; empty when all do. */
export function leftOutText({
  otherGateway,
  otherTime,
  otherLeg,
  otherInterface,
}: Omit<Report['records'], 'read' | 'ok'>): string {
  return parts([
    [otherGateway, 'of other gateways'],
    [otherTime, 'of another time'],
    [otherLeg, 'of the other leg'],
    [otherInterface, "not proven to be a NAT gateway's"],
  ]);
}

/** `3 NODATA, 1 malformed`; kinds that there are none of are left out. */
function parts(kinds: readonly (readonly [number, string])[]): string {
  return kinds
    .filter(([number]) => number > 0)
    .map(([number, name]) => `${count(number)} ${name}`)
    .join(', ');
}
