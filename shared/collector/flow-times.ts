import type { DataRecord, Header, Value } from './decode/packet.ts';

type Values = DataRecord['values'];
const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
/** SysUptime has 32 bits of milliseconds. */
const UPTIME_WRAP_MS = 2 ** 32;
/** The clocks of flows and of the header may differ by this: a time later after the export is of before a wrap. */
const CLOCK_SLACK_MS = 100_000;

type Side = 'start' | 'end';

interface TimeElement extends Readonly<Record<Side, string>> {
  readonly unixNs: (value: bigint, exportNs: bigint) => bigint;
}

const timeElement = (ending: string, unixNs: TimeElement['unixNs']): TimeElement => ({
  start: `flowStart${ending}`,
  end: `flowEnd${ending}`,
  unixNs,
});

/** The elements of times, the finest first, and what their values are in Unix ns. */
const TIMES: readonly TimeElement[] = [
  timeElement('Nanoseconds', (ns) => ns),
  timeElement('Microseconds', (ns) => ns),
  // IANA's registry: a negative offset from the time in the message's header.
  timeElement('DeltaMicroseconds', (us, exportNs) => exportNs - us * 1000n),
  timeElement('Milliseconds', (ms) => ms * NS_PER_MS),
  timeElement('Seconds', (seconds) => seconds * NS_PER_SECOND),
];

function integer(values: Values, name: string): bigint | undefined {
  const value = values[name];
  return typeof value === 'string' || value === undefined ? undefined : BigInt(value);
}

function absoluteNs(values: Values, side: Side, exportNs: bigint): bigint | undefined {
  for (const element of TIMES) {
    const value = integer(values, element[side]);
    if (value !== undefined) return element.unixNs(value, exportNs);
  }
  return undefined;
}

/** The latest time with this uptime up to the export: the exporter's clock begins again at 2^32 ms. */
function unwrap(ms: number, exportMs: number): number {
  const wraps = Math.floor((exportMs + CLOCK_SLACK_MS - ms) / UPTIME_WRAP_MS);
  return ms + wraps * UPTIME_WRAP_MS;
}

/** NaN when the record does not have it. */
const numberOf = (value: Value | undefined) => (typeof value === 'number' ? value : Number.NaN);

/**
 * Start and end by their SysUptime in Unix ms, NaN when unknown. IPFIX has no SysUptime in its header:
 * systemInitTimeMilliseconds says when it was 0.
 */
function byUptime(record: DataRecord, exportMs: number, bootMs: number | undefined) {
  const { values } = record;
  const boot = numberOf(values['systemInitTimeMilliseconds'] ?? bootMs);
  const startMs = record.startMs ?? boot + numberOf(values['flowStartSysUpTime']);
  const endMs = record.endMs ?? boot + numberOf(values['flowEndSysUpTime']);
  const [start, end] = [unwrap(startMs, exportMs), unwrap(endMs, exportMs)];
  return { start: start > end ? start - UPTIME_WRAP_MS : start, end };
}

function durationNs(values: Values): bigint | undefined {
  const us = integer(values, 'flowDurationMicroseconds');
  if (us !== undefined) return us * 1000n;
  const ms = integer(values, 'flowDurationMilliseconds');
  return ms === undefined ? undefined : ms * NS_PER_MS;
}

const nsOf = (ms: number) => (Number.isNaN(ms) ? undefined : BigInt(ms) * NS_PER_MS);

/** The other end of a flow; undefined when its duration or this end is unknown. */
function besideNs(ns: bigint | undefined, values: Values, sign: 1n | -1n): bigint | undefined {
  const duration = ns === undefined ? undefined : durationNs(values);
  return ns === undefined || duration === undefined ? undefined : ns + sign * duration;
}

/**
 * Start and end of a flow in Unix ns as decimal digits, each by the finest element that says it: a time, an uptime, or
 * the other one and the duration. `bootMs` is the exporter's systemInitTimeMilliseconds for records without it.
 */
export function flowTimes(record: DataRecord, header: Header, bootMs: number | undefined) {
  const { values } = record;
  const exportMs = (header.version === 10 ? header.exportTime : header.unixSecs) * 1000;
  const exportNs = BigInt(exportMs) * NS_PER_MS;
  const uptime = byUptime(record, exportMs, bootMs);
  const start = absoluteNs(values, 'start', exportNs) ?? nsOf(uptime.start);
  const end = absoluteNs(values, 'end', exportNs) ?? nsOf(uptime.end);
  const startNs = start ?? besideNs(end, values, -1n);
  const endNs = end ?? besideNs(start, values, 1n);
  return {
    ...(startNs !== undefined && { time_flow_start_ns: String(startNs) }),
    ...(endNs !== undefined && { time_flow_end_ns: String(endNs) }),
  };
}
