import type { Sum } from '../../flow/sum.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import type { Total } from '../measure/flow-totals.ts';
import type { Interface } from '../measure/interface.ts';
import type { Bytes, ProvenGateway, Report, TotalOf } from './report.ts';

/** How many lines were read, by outcome, and how many of the flows do not count. */
export function recordsOf({
  records,
  otherLeg,
  otherInterface,
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
  const lines = { read, ok, nodata, skipdata, nonflow, malformed };
  return { ...lines, otherLeg, otherInterface, otherGateway, otherTime, ofGateway };
}

/** Exact sums: of all flows that count, and of those that did and did not go through a NAT gateway. */
export function totalsOf({ totals, throughGateway, interfaces }: Aggregate): Report['totals'] {
  const { upload, download, rejected } = totals;
  const others = interfaces.filter(({ notProven }) => notProven.some(({ flows }) => flows > 0));
  return {
    ...sumOf([upload, download, rejected]),
    forwarded: sumOf([upload, download]),
    upload: sumOf([upload]),
    download: sumOf([download]),
    rejected: sumOf([rejected]),
    throughGateway: sumOf([throughGateway.upload, throughGateway.download]),
    notProven: {
      ...sumOf(others.flatMap(({ notProven }) => notProven)),
      interfaces: others.length,
    },
  };
}

/** The NAT gateways that something went through, by name. */
export function provenOf({ interfaces }: Aggregate): ProvenGateway[] {
  const proven = interfaces.flatMap(({ name, by, through }: Interface) => {
    if (by === undefined || through.length === 0) return [];
    const directions = through.flatMap(({ upload, download }) => [upload, download]);
    return [{ interface: name, by, ...sumOf(directions) }];
  });
  return proven.sort((a, b) => (a.interface < b.interface ? -1 : 1));
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
