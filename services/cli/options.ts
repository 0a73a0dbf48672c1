import { LEGS, type Legs } from '../../shared/flow/legs.ts';
import { readBytes } from '../../shared/gateway/choose-gateways.ts';
import { type CollectorAddress, parseCollectors } from '../../shared/netflow/collectors.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { DEFAULT_PORTS, parseVersion } from '../../shared/netflow/protocol.ts';
import { UsageError } from './errors.ts';

/** The reader of an option that is a whole number, 0 or more. */
export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) {
      throw new UsageError(`${option} ${text} is not a whole number`);
    }
    return number;
  };
}

/** The reader of `--rate`: flow records per second, or `max`. */
export function rateOption(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const rate = wholeNumber('--rate')(text);
  if (rate === 0) throw new UsageError('--rate 0 would never end; the least is 1');
  return rate;
}

/** The reader of `--speed`: how many times as fast as recorded. */
export function speedOption(text: string): number {
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new UsageError(`--speed ${text} is not a number above 0`);
}

/** The reader of `--shift`, which takes `now` only. */
export function shiftOption(text: string): true {
  if (text === 'now') return true;
  throw new UsageError(`--shift ${text} is not now`);
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The reader of `--since` and `--until`: a date or time (UTC unless it says otherwise), or how long ago. */
export function timeOption(option: string, now = Date.now()): (text: string) => Date {
  return (text) => {
    const [, number, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
    const ago = Number(number) * (UNITS_MS[unit] ?? Number.NaN);
    const isZoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T');
    const time = new Date(number === undefined ? (isZoned ? text : `${text}Z`) : now - ago);
    const isTime = number !== undefined || /^\d{4}-\d\d-\d\d/.test(text);
    if (isTime && !Number.isNaN(time.getTime())) return time;
    throw new UsageError(
      `${option} ${text} is not a time like 2026-11-22T09:00Z, or 90m, 2h, 3d ago`,
    );
  };
}

/** The reader of `--month`. */
export function monthOption(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new UsageError(`--month ${text} is not a month like 2026-11`);
}

/** Refuses a month that has not begun. `now` in Unix milliseconds. */
export function checkBegun(month: string, now: number): void {
  const today = new Date(now).toISOString().slice(0, 10);
  if (month <= today.slice(0, 7)) return;
  throw new UsageError(`--month ${month} has not begun: it is ${today} in UTC`);
}

/** `--rate` for the transport: undefined is unlimited. */
export function recordsPerSecond(rate: number | 'max'): number | undefined {
  return rate === 'max' ? undefined : rate;
}

/** The reader of `--legs`. */
export function legsOption(text: string): Legs {
  const legs = LEGS.find((name) => name === text);
  if (legs === undefined) throw new UsageError(`--legs ${text} is none of ${LEGS.join(', ')}`);
  return legs;
}

/** The reader of `-v`. */
export function versionOption(text: string): Version {
  try {
    return parseVersion(text);
  } catch (error) {
    throw new UsageError(`-v ${(error as Error).message}`, { cause: error });
  }
}

/** The names of NetFlow versions in messages. */
export const NAMES: Record<Version, string> = { 5: 'NetFlow v5', 9: 'NetFlow v9', 10: 'IPFIX' };

/** The reader of `-n`. The default port is that of the version. @throws UsageError naming the faulty one. */
export function collectorsOption(text: string, version: Version): CollectorAddress[] {
  try {
    return parseCollectors(text, DEFAULT_PORTS[version]);
  } catch (error) {
    throw new UsageError(`-n: ${(error as Error).message}`, { cause: error });
  }
}

/** The reader of `--threshold`: bytes per minute, written as in the stack's parameter. */
export function thresholdOption(text: string): number {
  return readBytes('--threshold', text, (fault) => {
    throw new UsageError(fault);
  });
}
