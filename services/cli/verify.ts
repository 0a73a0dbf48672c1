import { setTimeout as delay } from 'node:timers/promises';
import type { Invoke } from '../../shared/aws/functions.ts';
import type { GatewayAnswer } from '../../shared/contract/controller.ts';
import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import { type Progress, readReporterAnswer } from '../../shared/contract/reporter.ts';
import { duration, size } from '../../shared/text/units.ts';
import { utcSecond } from '../../shared/text/utc.ts';
import { RunError } from './errors.ts';

/** The passing of time, in milliseconds; `now` is Unix time. */
export interface Time {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** The stack whose recording it is, and where sentences are written. */
interface VerifyOptions {
  readonly stack: string;
  readonly write: (sentence: string) => void;
}

/** A gateway that is being recorded. */
export type RecordedGateway = GatewayAnswer & {
  readonly recording: NonNullable<GatewayAnswer['recording']>;
};

export const REAL_TIME: Time = { now: Date.now, sleep: (ms) => delay(ms) };

const MINUTE_MS = 60_000;
const POLL_MS = 30_000;
/** Flow logs may begin ten minutes after they are made, and lines take some minutes to the archive. */
const FIRST_LINE_MS = 20 * MINUTE_MS;
/** Lines of a recording that is over may still be on their way for this long. */
const LATE_LINE_MS = 5 * MINUTE_MS;
/** CloudWatch meters by the minute: a comparison over less says more about the minutes than about the flows. */
const COMPARED_S = 180;
/** CloudWatch and the archive may have the last minutes this late. */
const COMPARISON_MS = 10 * MINUTE_MS;

/**
 * Waits until flows of a recording that was just started are in the archive, says when the first came, and how
 * much of what CloudWatch metered they explain. The recording goes on.
 * @throws RunError when none has come in time.
 */
export async function verifyRecording(
  { gatewayId, recording }: RecordedGateway,
  { stack, write }: VerifyOptions,
  invoke: Invoke,
  time: Time,
): Promise<void> {
  const startedAt = recording.startedAt ?? time.now();
  const look = async () => {
    const until: EndedRecording = { id: recording.id, gatewayId, startedAt, endedAt: time.now() };
    const answer = await invoke(`${stack}-reporter`, { command: 'look', recording: until });
    return readReporterAnswer(answer).progress;
  };
  write('waiting for the first line: flow logs begin some minutes after they are made');
  const { deadline = Infinity } = recording;
  const firstEnd = Math.min(startedAt + FIRST_LINE_MS, deadline + LATE_LINE_MS);
  const first = await poll(look, time, firstEnd, ({ flows }) => flows > 0);
  if (first === undefined || first.flows === 0) {
    throw new RunError(
      `no flow of ${gatewayId} came within ${since(startedAt, time)}: it had no traffic, or its lines are not delivered, which natflow doctor looks into`,
    );
  }
  write(firstLine(first, since(startedAt, time)));
  const end = Math.min(deadline + LATE_LINE_MS, time.now() + COMPARISON_MS);
  const last = await poll(look, time, end, isComparable);
  write(comparison(last ?? first));
}

/** Looks until the progress is as wanted or the time is over; the last progress. */
async function poll(
  look: () => Promise<Progress | undefined>,
  { now, sleep }: Time,
  end: number,
  isEnough: (progress: Progress) => boolean,
): Promise<Progress | undefined> {
  for (;;) {
    const progress = await look();
    if ((progress !== undefined && isEnough(progress)) || now() >= end) return progress;
    await sleep(POLL_MS);
  }
}

function isComparable({ seconds, meteredBytes = 0 }: Progress): boolean {
  return seconds >= COMPARED_S && meteredBytes > 0;
}

function firstLine({ start }: Progress, after: string): string {
  const from = start === undefined ? '' : `, of flows since ${utcSecond(Date.parse(start))} UTC`;
  return `first line after ${after}${from}`;
}

function comparison({ bytes, seconds, meteredBytes, percent }: Progress): string {
  const recorded = `${size(bytes)} in ${duration(Math.round(seconds))}`;
  if (meteredBytes === undefined || percent === undefined) {
    return `${recorded}; CloudWatch has metered nothing of that time yet`;
  }
  return `${recorded}, ${percent.toFixed(1)}% of the ${size(meteredBytes)} that CloudWatch metered`;
}

function since(startedAt: number, { now }: Time): string {
  return duration(Math.round((now() - startedAt) / 1000));
}
