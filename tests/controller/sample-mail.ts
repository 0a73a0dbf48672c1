import type { Place } from '../../services/controller/mail-parts.ts';
import { writeMail } from '../../services/controller/mails.ts';
import {
  NEW_STATE,
  type Notification,
  type Recording,
  type Watch,
} from '../../services/controller/watch.ts';

export const GATEWAY = 'nat-0c11aa22bb33cc44d';
const GIB = 2 ** 30;

/** A time of the day of the samples, in Unix milliseconds. */
export const at = (text: string) => Date.parse(`2026-11-22T${text}Z`);

export const place: Place = {
  stack: 'natflow',
  region: 'us-east-1',
  dashboardUrl: 'https://dashboard',
  report: { delay: 600_000 },
};

const reasonData = JSON.stringify({ period: 60, recentDatapoints: [2.9 * GIB], threshold: GIB });

export const watch: Watch = {
  gatewayId: GATEWAY,
  version: 1,
  flowLogs: [],
  alarm: { state: 'ALARM', since: at('10:14:00'), reasonData },
  state: { ...NEW_STATE, gatewayName: 'prod-egress-a' },
  rules: {
    recordingTime: 900_000,
    minimumRecordingTime: 120_000,
    firstLinesWait: 0,
    numOfRecordings: 10,
  },
};

export const recording: Recording = {
  id: `${GATEWAY}-20261122T101430Z-1`,
  phase: 'recording',
  cause: 'alarm',
  spikeAt: at('10:14:00'),
  reasonData,
  startedAt: at('10:14:30'),
  deadline: at('10:29:30'),
  flowLogIds: ['fl-1'],
};

export const failed = (doing: 'start' | 'stop' | 'deliver', reason: string): Notification => ({
  ...{ kind: 'failed', doing, reason, recordingId: recording.id },
});

/** The mail as text: its subject, an empty line, and its body. */
export function mail(
  notification: Notification,
  changes: Partial<Watch> = {},
  from: Place = place,
): string {
  const { subject, body } = writeMail(notification, { ...watch, ...changes }, from);
  return `${subject}\n\n${body}`;
}

/** The lines that are commands. */
export function commandsOf(lines: readonly string[]): string[] {
  return lines.filter((line) => /^(echo|aws) /.test(line));
}
