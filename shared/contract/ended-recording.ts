import * as v from 'valibot';

/**
 * The id of a recording or gateway. It becomes part of an object's key, and of a command in a mail, where a
 * leading dash would begin an option.
 */
export const PLAIN_ID = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'an id'));

const TIME = v.pipe(
  v.number(),
  v.check((ms) => !Number.isNaN(new Date(ms).getTime()), 'a time in Unix milliseconds'),
);

const optional = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.fallback(v.optional(schema), undefined);

/** Members that are optional count as absent when they have another type. */
export const ENDED_RECORDING = v.object({
  id: PLAIN_ID,
  gatewayId: PLAIN_ID,
  gatewayName: optional(v.string()),
  /** When the alarm was raised; absent of a recording by hand. */
  spikeAt: optional(TIME),
  /** When the flow log was created. Its lines begin later. */
  startedAt: TIME,
  /** When the flow log was deleted. */
  endedAt: TIME,
  /** DeliverLogsErrorMessage, if AWS could not deliver lines. */
  deliveryError: optional(v.string()),
  /** The alarm's threshold, in bytes per minute. */
  threshold: optional(v.number()),
  /** As the mail says it: `7 of 10`. */
  recordingsLeft: optional(v.string()),
});

/** A recording that has ended, as the controller hands it to the reporter. Times are Unix milliseconds. */
export type EndedRecording = v.InferOutput<typeof ENDED_RECORDING>;
