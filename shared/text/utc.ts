/** A moment: Unix milliseconds, or ISO 8601 in UTC. */
type Moment = number | string;

/** The moment in UTC to the second: `2026-11-22 10:14:30`. */
export function utcSecond(at: Moment): string {
  return iso(at).slice(0, 19).replace('T', ' ');
}

/** The moment in UTC to the minute: `2026-11-22 10:14`. */
export function utcMinute(at: Moment): string {
  return iso(at).slice(0, 16).replace('T', ' ');
}

/** The time of day in UTC to the second: `10:14:30`. */
export function utcClock(at: Moment): string {
  return iso(at).slice(11, 19);
}

function iso(at: Moment): string {
  return typeof at === 'string' ? at : new Date(at).toISOString();
}
