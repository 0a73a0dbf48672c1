/** A recording that is over, as it is handed from who ended it to who reports on it. Times are Unix milliseconds. */
export interface EndedRecording {
  readonly id: string;
  readonly gatewayId: string;
  readonly gatewayName?: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of the alarm, in bytes per minute. */
  readonly threshold?: number | undefined;
  /** As the mail says it: `7 of 10`. */
  readonly recordingsLeft?: string | undefined;
}

/** It becomes part of an object's key, and of a command in a mail, where a dash would begin an option. */
const PLAIN_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/** The recording in an event's JSON; undefined when there is none. */
export function readRecording(value: unknown): EndedRecording | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, gatewayId, gatewayName, startedAt, endedAt, threshold, recordingsLeft } =
    value as Record<string, unknown>;
  if (!isId(id) || !isId(gatewayId)) return undefined;
  if (typeof startedAt !== 'number' || typeof endedAt !== 'number') return undefined;
  return {
    ...{ id, gatewayId, startedAt, endedAt },
    gatewayName: typeof gatewayName === 'string' ? gatewayName : undefined,
    threshold: typeof threshold === 'number' ? threshold : undefined,
    recordingsLeft: typeof recordingsLeft === 'string' ? recordingsLeft : undefined,
  };
}

/** Whether it can be the id of a recording or of a gateway. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && PLAIN_ID.test(value);
}

/** The report of a recording as files, by their extension. */
export type ReportFiles = Readonly<Record<'html' | 'json', string>>;
