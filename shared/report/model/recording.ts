import { NO_TIME } from '../../flow/record.ts';
import { type Metered, meteredBetween, meteredDuring } from '../measure/metrics.ts';

/** What the controller knows of a recording. Times are Unix milliseconds. */
export interface RecordedTime {
  /** When the alarm was raised; undefined for a recording by hand. */
  readonly spikeAt?: number | undefined;
  /** When the flow log was created, and when it was deleted. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** AWS's DeliverLogsErrorMessage, if it could not deliver lines. */
  readonly deliveryError?: string | undefined;
}

/** The time of a recording in its report. Times are ISO 8601. */
export interface RecordingPart {
  /** When the alarm was raised; undefined for a recording by hand. */
  readonly alarmAt?: string | undefined;
  /** When the flow log was created, and when it was deleted. */
  readonly madeAt: string;
  readonly endedAt: string;
  /** The first packet that counts; undefined when no line has one. */
  readonly linesBegan?: string | undefined;
  /** From the alarm, or else the flow log's creation, to the first packet, or to the end when there is none. */
  readonly missing: {
    readonly seconds: number;
    /** What CloudWatch metered then; undefined when it did not say. */
    readonly bytes?: number | undefined;
  };
  /** AWS's DeliverLogsErrorMessage, if it could not deliver lines. */
  readonly deliveryError?: string | undefined;
  /** Lines that were read from below errors/, because Firehose could not have them processed. */
  readonly fromErrors: number;
}

/** Unix seconds. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** All of a recording, before its first line as well: from the alarm, or else the flow log's creation, to its end. */
function spanOf({ spikeAt, startedAt, endedAt }: RecordedTime): Span {
  return { from: Math.min(spikeAt ?? startedAt, startedAt) / 1000, until: endedAt / 1000 };
}

/** The flows of a recording: their bytes, and the Unix seconds of the first and last packet; NO_TIME: none. */
interface RecordedFlows {
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

/**
 * What was metered during a recording. How bytes lie in the minutes at its edges is not known, and its windows may
 * begin before the flow log and end after it: such minutes count by their part, but not so that flows would be more
 * than all.
 */
export function meteredOf(
  recorded: RecordedTime,
  metered: Metered,
  { bytes, start, end }: RecordedFlows,
): number {
  const { from, until } = spanOf(recorded);
  const first = start === NO_TIME ? from : Math.min(from, start);
  const most = meteredBetween(metered, first, Math.max(until, end));
  return Math.max(meteredDuring(metered, from, until), Math.min(bytes, most));
}

/** When a recording's lines began, and what is missing before. `firstPacket` in Unix seconds; undefined: none. */
export function recordingPart(
  recorded: RecordedTime,
  firstPacket: number | undefined,
  metered: Metered | undefined,
  fromErrors = 0,
): RecordingPart {
  const { spikeAt, startedAt, endedAt, deliveryError } = recorded;
  const { from, until } = spanOf(recorded);
  const begin = Math.max(from, firstPacket ?? until);
  return {
    alarmAt: spikeAt === undefined ? undefined : iso(spikeAt),
    madeAt: iso(startedAt),
    endedAt: iso(endedAt),
    linesBegan: firstPacket === undefined ? undefined : iso(firstPacket * 1000),
    missing: {
      seconds: Math.round(begin - from),
      bytes: metered && meteredDuring(metered, from, begin),
    },
    deliveryError,
    fromErrors,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
