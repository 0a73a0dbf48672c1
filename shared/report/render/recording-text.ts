import { counted, duration, size } from '../../text/units.ts';
import { utcClock } from '../../text/utc.ts';
import type { RecordingPart } from '../model/recording.ts';

/** When a recording's lines began, and what is missing before them: the same sentences in every output. */
export function recordingText(recording: RecordingPart): string {
  const { deliveryError, fromErrors } = recording;
  return [
    `${createdText(recording)}; ${linesText(recording)}.`,
    ...missingText(recording),
    ...(deliveryError === undefined
      ? []
      : [`AWS reported that it could not deliver lines: ${deliveryError}.`]),
    ...(fromErrors === 0
      ? []
      : [
          `${counted(fromErrors, 'line')} of this report did not reach the collectors: see errors/.`,
        ]),
  ].join(' ');
}

function createdText({ alarmAt, madeAt }: RecordingPart): string {
  const created = `flow log was created at ${utcClock(madeAt)} UTC`;
  return alarmAt === undefined
    ? `The ${created}`
    : `The alarm was raised at ${utcClock(alarmAt)} and the ${created}`;
}

function linesText({ linesBegan, endedAt }: RecordingPart): string {
  return linesBegan === undefined
    ? `until it was deleted at ${utcClock(endedAt)}, it wrote no line of traffic`
    : `its lines begin at ${utcClock(linesBegan)}`;
}

function missingText({ linesBegan, missing: { seconds, bytes } }: RecordingPart): string[] {
  if (seconds === 0) return [];
  const time = `${duration(seconds)}${linesBegan === undefined ? '' : ' before'}`;
  return bytes === undefined
    ? [`What went through the gateway in the ${time} is not in this report.`]
    : [`The ${size(bytes)} that CloudWatch metered in the ${time} are not in this report.`];
}
