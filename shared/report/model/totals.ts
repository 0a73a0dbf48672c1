import type { Sum } from '../../flow/sum.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import type { Total } from '../measure/flow-totals.ts';
import type { Bytes, Report, TotalOf } from './report.ts';

/** How many lines were read, by outcome, and how many of the flows do not count. */
export function recordsOf({
  records,
  otherLeg,
  otherGateway,
  otherGatewayLines: others,
  otherTime,
}: Aggregate): Report['records'] {
  const { flow: ok, nodata, skipdata, nonflow, malformed } = records;
  const read = ok + nodata + skipdata + nonflow + malformed;
  const ofGateway = {
    ok: ok - otherGateway,
    nodata: nodata - others.nodata,
    skipdata: skipdata - others.skipdata,
    nonflow: nonflow - others.nonflow,
  };
  const left = { otherLeg, otherGateway, otherTime };
  return { read, ok, nodata, skipdata, nonflow, malformed, ...left, ofGateway };
}

/** Exact sums of all flows that count, by direction and by whether they were forwarded. */
export function totalsOf({
  forwarded: { upload, download },
  rejected,
}: Aggregate): Report['totals'] {
  const forwarded = sumOf([upload, download]);
  return {
    ...sumOf([upload, download, rejected]),
    forwarded,
    upload: sumOf([upload]),
    download: sumOf([download]),
    rejected: sumOf([rejected]),
    throughGateway: forwarded,
    notProven: { ...sumOf([]), interfaces: 0 },
  };
}

function sumOf(totals: readonly Total[]): TotalOf {
  const add = (pick: (total: Total) => Sum) =>
    exact(totals.reduce((sum, total) => sum + pick(total).toBigInt(), 0n));
  return {
    flows: totals.reduce((sum, { flows }) => sum + flows, 0),
    bytes: add(({ bytes }) => bytes),
    packets: add(({ packets }) => packets),
  };
}

function exact(sum: bigint): Bytes {
  return sum <= Number.MAX_SAFE_INTEGER ? Number(sum) : sum.toString();
}
