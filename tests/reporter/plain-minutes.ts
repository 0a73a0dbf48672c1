import type { Line } from './plain-gateways.ts';

const numberIn = (line: Line, field: string) => Number(line.get(field) ?? 0);

/**
 * Each second of a flow has the same share of its bytes; the last minute has what rounding left. A line with an
 * end only is of that second.
 */
export function minutesOf(lines: readonly Line[]): Map<number, number> {
  const minutes = new Map<number, number>();
  for (const line of lines) {
    const start = line.get('start') ?? line.get('end');
    if (start === undefined) continue;
    for (const [minute, bytes] of spread(Number(start), numberIn(line, 'end'), line)) {
      minutes.set(minute, (minutes.get(minute) ?? 0) + bytes);
    }
  }
  return minutes;
}

function spread(start: number, end: number, line: Line): [minute: number, bytes: number][] {
  const bytes = BigInt(line.get('bytes') ?? 0);
  // No aggregation interval lasts longer than this: the end is nonsense then.
  const last = end < start || end - start > 720 ? start : end;
  const minutes = new Map<number, number>();
  for (let second = start; second <= last; second++) {
    const minute = Math.floor(second / 60);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  const shares = [...minutes].map(([minute, seconds]): [number, bigint] => [
    minute,
    (bytes * BigInt(seconds)) / BigInt(last - start + 1),
  ]);
  const rest = bytes - shares.reduce((sum, [, share]) => sum + share, 0n);
  return shares.map(([minute, share], index) => [
    minute,
    Number(index === shares.length - 1 ? share + rest : share),
  ]);
}
