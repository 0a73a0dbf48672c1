import { LEGS, type Legs } from '../../shared/flow/legs.ts';
import { type CollectorAddress, parseCollectors } from '../../shared/netflow/collectors.ts';
import type { Version } from '../../shared/netflow/exporter.ts';
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

/** What the transport takes for it: undefined is as fast as the machine can. */
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

export const NAMES: Record<Version, string> = { 5: 'NetFlow v5', 9: 'NetFlow v9', 10: 'IPFIX' };

/** The collectors of `-n`. */
export function collectorsOption(text: string, version: Version): CollectorAddress[] {
  try {
    return parseCollectors(text, DEFAULT_PORTS[version]);
  } catch (error) {
    throw new UsageError(`-n: ${(error as Error).message}`, { cause: error });
  }
}
