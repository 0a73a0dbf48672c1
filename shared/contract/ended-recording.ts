import * as v from 'valibot';
import { optionalMember } from '../read-shape.ts';

/**
 * The id of a recording or gateway. It becomes part of an object's key, and of a command in a mail, where a
 * leading dash would begin an option.
 */
export const PLAIN_ID = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'an id'));

/** When a recording was begun, as its id says it: 20261122T101430Z in `nat-0abc-20261122T101430Z-7`. */
export function startOfId(id: string): string {
  return id.split('-').at(-2) ?? '';
}

/** The month in which a recording was begun, in UTC: `2026-11`. */
export function monthOfId(id: string): string {
  const start = startOfId(id);
  return `${start.slice(0, 4)}-${start.slice(4, 6)}`;
}

const TIME = v.pipe(
  v.number(),
  v.check((ms) => !Number.isNaN(new Date(ms).getTime()), 'a time in Unix milliseconds'),
);

/** Members that are optional count as absent when they have another type. */
export const ENDED_RECORDING = v.object({
  id: PLAIN_ID,
  gatewayId: PLAIN_ID,
  gatewayName: optionalMember(v.string()),
  /** When the alarm was raised; absent of a recording by hand. */
  spikeAt: optionalMember(TIME),
  /** When the flow log was created. Its lines begin later. */
  startedAt: TIME,
  /** When the flow log was deleted. */
  endedAt: TIME,
  /** DeliverLogsErrorMessage, if AWS could not deliver lines. */
  deliveryError: optionalMember(v.string()),
  /** The alarm's threshold, in bytes per minute. */
  threshold: optionalMember(v.number()),
  /** The alarm's period, in seconds. */
  alarmPeriod: optionalMember(v.pipe(v.number(), v.integer(), v.minValue(60))),
  /** As the mail says it: `7 of 10`. */
  recordingsLeft: optionalMember(v.string()),
  /** A digest tells what its report says. */
  collected: optionalMember(v.boolean()),
});

/** Collected recordings of a gateway, whose reports are told in one mail. */
export const COLLECTED = v.object({
  gatewayId: PLAIN_ID,
  gatewayName: optionalMember(v.string()),
  /** Since when they were collected, Unix milliseconds. */
  since: TIME,
  recordingIds: v.array(PLAIN_ID),
});

export type Collected = v.InferOutput<typeof COLLECTED>;

/** A recording that has ended, as the controller hands it to the reporter. Times are Unix milliseconds. */
export type EndedRecording = v.InferOutput<typeof ENDED_RECORDING>;
