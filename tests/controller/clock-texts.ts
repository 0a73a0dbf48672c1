export const DAY_S = 86_400;
const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: DAY_S };

/** The time of the day as mails write it. */
export function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

/** From a time to the next time of the day that reads so, in seconds. */
export function secondsFrom(time: number, text: string): number {
  return Number.isFinite(time) ? secondsBetween(clock(time), text) : Infinity;
}

export function secondsBetween(from: string, to: string): number {
  return (dayOf(to) - dayOf(from) + DAY_S) % DAY_S;
}

function dayOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

/** "14 min 10 s" in seconds. */
export function secondsOf(text: string): number {
  const parts = [...text.matchAll(/(\d+) (d|h|min|s)/g)];
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
}
