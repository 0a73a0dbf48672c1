import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  anyExport,
  datagramsOf,
  EXPORT_SECONDS,
  type ExportField,
} from '../../tests/support/any-export.ts';
import { FlowCollector } from './collect-flows.ts';

const PROTOCOLS: Readonly<Record<number, string>> = {
  ...{ 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6', 132: 'SCTP' },
};

/** The last value of each element that has octets, in hex. */
function lastValues(fields: readonly ExportField[], record: readonly string[]) {
  const last = new Map<number, string>();
  for (const [index, { id, pen }] of fields.entries()) {
    const hex = record[index] ?? '';
    if (pen === undefined && hex !== '') last.set(id, hex);
  }
  return last;
}

function addressOf(four: string | undefined, six: string | undefined): string {
  if (four !== undefined) return [...Buffer.from(four, 'hex')].join('.');
  if (six === undefined) return '';
  return new URL(`http://[${six.replace(/.{4}\B/g, '$&:')}]`).hostname.slice(1, -1);
}

const quantity = (n: bigint) => (n > Number.MAX_SAFE_INTEGER ? String(n) : Number(n));

type Last = ReadonlyMap<number, string>;
const integerIn = (last: Last, id: number) =>
  last.has(id) ? BigInt(`0x${last.get(id)}`) : undefined;

/** An NTP time with a resolution of so many 2^-32 s, in Unix ns. Seconds begin in 1900, and again in 2036. */
function ntp(value: bigint | undefined, resolution: bigint): bigint | undefined {
  if (!value) return undefined;
  const seconds = value >> 32n;
  const fraction = (value & 0xffff_ffffn) / resolution;
  const unix = seconds - 2_208_988_800n + (seconds < 2n ** 31n ? 2n ** 32n : 0n);
  return unix * 1_000_000_000n + (fraction * resolution * 1_000_000_000n) / 2n ** 32n;
}

/** The start, or with `side` 1 the end, in Unix ns. */
function timeIn(last: Last, side: 0 | 1): bigint | undefined {
  const scaled = (id: number, ns: bigint) => {
    const value = integerIn(last, id + side);
    return value === undefined ? undefined : value * ns;
  };
  const before = scaled(158, 1000n);
  return (
    ntp(integerIn(last, 156 + side), 1n) ??
    ntp(integerIn(last, 154 + side), 2048n) ??
    (before === undefined ? undefined : BigInt(EXPORT_SECONDS) * 1_000_000_000n - before) ??
    scaled(152, 1_000_000n) ??
    scaled(150, 1_000_000_000n)
  );
}

function timesOf(last: Last) {
  const [start, end] = [timeIn(last, 0), timeIn(last, 1)];
  const [us, ms] = [integerIn(last, 162), integerIn(last, 161)];
  const duration = us === undefined ? ms && ms * 1_000_000n : us * 1000n;
  const beside = (other: bigint | undefined, sign: bigint) =>
    other === undefined || duration === undefined ? undefined : other + sign * duration;
  return { start: start ?? beside(end, -1n), end: end ?? beside(start, 1n) };
}

type Samplers = ReadonlyMap<number, number>;

/** The interval in the record, else that of its sampler, else that of all samplers. */
function rateOf(last: Last, samplers: Samplers): number | null {
  const own = integerIn(last, 50) || integerIn(last, 34);
  if (own) return Number(own);
  const sampler = integerIn(last, 302) ?? integerIn(last, 48);
  if (sampler !== undefined) return samplers.get(Number(sampler)) ?? (sampler === 0n ? 0 : null);
  const [rate = 0, ...others] = new Set(samplers.values());
  return others.length > 0 ? null : rate;
}

/** What a flow of these values is, by the registry and not by the decoder. */
function modelOf(last: Last, samplers: Samplers) {
  const integer = (id: number) => integerIn(last, id);
  const number = (id: number) => Number(integer(id) ?? 0n);
  const optional = (id: number) => (last.has(id) ? number(id) : undefined);
  const address = (four: number, six: number) => addressOf(last.get(four), last.get(six));
  const { start, end } = timesOf(last);
  return {
    time_flow_start_ns: start?.toString(),
    time_flow_end_ns: end?.toString(),
    sampling_rate: rateOf(last, samplers),
    bytes: quantity(integer(1) ?? integer(85) ?? 0n),
    packets: quantity(integer(2) ?? integer(86) ?? 0n),
    src_addr: address(8, 27),
    dst_addr: address(12, 28),
    proto: PROTOCOLS[number(4)] ?? String(number(4)),
    src_port: number(7),
    dst_port: number(11),
    in_if: number(10),
    out_if: number(14),
    tcp_flags: number(6),
    flow_direction: optional(61),
    forwarding_status: optional(89),
    post_nat_src_addr: address(225, 281) || undefined,
    post_nat_dst_addr: address(226, 282) || undefined,
  };
}

/** Sequence numbers are all 0, and a flow may name a sampler that there is not. */
const KINDS = ['sequence', 'unknown-sampling'];

test('flows of any templates are what an independent reading of their octets gives', () => {
  fc.assert(
    fc.property(anyExport, (exported) => {
      const collector = new FlowCollector();
      const taken = datagramsOf(exported).map((one) => collector.take(one, '192.0.2.1', 0));
      const troubles = taken.flatMap((one) => one.troubles);
      expect(troubles.filter(({ kind }) => !KINDS.includes(kind))).toEqual([]);
      const flows = taken.flatMap((one) => one.flows);
      const samplers = new Map(exported.samplers);
      const expected = exported.templates.flatMap(({ fields, dataSets }) =>
        dataSets.flat().map((record) => modelOf(lastValues(fields, record), samplers)),
      );
      expect(flows).toHaveLength(expected.length);
      for (const [index, flow] of flows.entries()) {
        const { type, time_received_ns, sequence_num, sampler_address, ...rest } = flow;
        const { etype, observation_domain_id, ...values } = rest;
        expect(values).toEqual(expected[index]);
      }
    }),
    { numRuns: 100 },
  );
});
