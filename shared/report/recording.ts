import * as v from 'valibot';

/** It becomes part of an object's key, and of a command in a mail, where a dash would begin an option. */
export const ID = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'an id'));

const TIME = v.pipe(
  v.number(),
  v.check((ms) => !Number.isNaN(new Date(ms).getTime()), 'a time in Unix milliseconds'),
);
/** What a report can do without is left out when it is of another kind. */
const ifText = v.fallback(v.optional(v.string()), undefined);
const ifNumber = v.fallback(v.optional(v.number()), undefined);

/** A recording that is over, as it is handed from what ended it to what reports on it. */
export const ENDED_RECORDING = v.object({
  id: ID,
  gatewayId: ID,
  gatewayName: ifText,
  startedAt: TIME,
  endedAt: TIME,
  /** Of the alarm, in bytes per minute. */
  threshold: ifNumber,
  /** As the mail says it: `7 of 10`. */
  recordingsLeft: ifText,
});
export type EndedRecording = v.InferOutput<typeof ENDED_RECORDING>;

/** The report of a recording as files, by their extension. */
export type ReportFiles = Readonly<Record<'html' | 'json', string>>;
