import { COMMAND_PLACE, commandLine } from '../../shared/command-line.ts';
import { type MailText, mailText } from '../../shared/text/mail-text.ts';
import { shownName } from '../../shared/text/shorten.ts';
import { isUndelivered } from './recording.ts';
import { recordingsLeft, reportRequest } from './report-request.ts';
import { readSpike, type Spike } from './spike-reason.ts';
import type { Ending, Notification, Recording, Watch } from './watch.ts';

/** Where the mail comes from: names the stack, and leads to what it can show. */
export interface Place {
  readonly stack: string;
  readonly region: string;
  readonly dashboardUrl?: string | undefined;
  /** Recordings are reported on, so long after their end (ms). */
  readonly report?: { readonly delay: number } | undefined;
  /** Why this one is not reported on after all. */
  readonly noReport?: string | undefined;
}

type Of<Kind extends Notification['kind']> = Extract<Notification, { kind: Kind }>;

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** The mail that tells a notification: readable on a telephone, and ending in the command to go on with. */
export function writeMail(notification: Notification, watch: Watch, place: Place): MailText {
  switch (notification.kind) {
    case 'started':
      return started(notification, watch, place);
    case 'finished':
      return finished(notification, watch, place);
    case 'failed':
      return FAILURES[notification.doing](notification, watch, place);
    case 'capped':
      return capped(notification, watch, place);
    case 'orphaned':
      return orphaned(notification, watch, place);
  }
}

function started({ recording, counted }: Of<'started'>, watch: Watch, place: Place): MailText {
  const spike = readSpike(recording.reasonData);
  const over = spike && `${rate(spike.now)} (threshold ${rate(spike.threshold)})`;
  const from = clock(recording.startedAt);
  const until = [
    ...(recording.cause === 'alarm' ? ['until OK'] : []),
    ...(recording.deadline === undefined ? [] : [`at the latest ${clock(recording.deadline)}`]),
  ];
  return mail(`recording ${nameOf(watch)}${over ? `: ${over}` : ''}`, [
    `${title(watch, place)} ${cause(recording, spike)}`,
    `Recording since ${from} UTC, ${until.join(', ')}. Recording ${numberOf(counted, watch)}.`,
    'The lines of a flow log begin several minutes after it is created; what goes through before is not recorded.',
    ...(place.dashboardUrl === undefined ? [] : [`Live: ${place.dashboardUrl}`]),
    `Stop: ${command('stop', watch, place)}`,
  ]);
}

function finished(notification: Of<'finished'>, watch: Watch, place: Place): MailText {
  const { recording, counted } = notification;
  const { startedAt = 0, endedAt = 0, ending = 'ok' } = recording;
  const cap = watch.rules.numOfRecordings;
  const isLast = cap > 0 && counted >= cap;
  const left = recordingsLeft(watch, counted);
  return mail(`recording of ${nameOf(watch)} is over`, [
    `${title(watch, place)} had a flow log from ${clock(startedAt)} to ${clock(endedAt)} UTC (${duration(endedAt - startedAt)}), ${ENDINGS[ending]}.`,
    linesText(recording),
    ...outlook(notification, watch, place),
    ...(left === undefined ? [] : [`Recordings left: ${left}.`]),
    isLast
      ? `The next spike is not recorded. To go on: ${command('reset', watch, place)}`
      : `Record again: ${command('start', watch, place)}`,
  ]);
}

/** What AWS said of the flow log's lines while it existed. When they began, only the report knows. */
function linesText(recording: Recording): string {
  const { linesSeenAt, deliveryError } = recording;
  if (isUndelivered(recording)) {
    return `AWS reported that it could not deliver its lines (${deliveryError}) and no delivery, so this recording does not count.`;
  }
  if (linesSeenAt === undefined) return 'AWS had not reported a delivery of its lines by then.';
  const began = `AWS had begun to deliver its lines by ${clock(linesSeenAt)} UTC`;
  return deliveryError === undefined
    ? `${began}.`
    : `${began}, and reported that it could not deliver: ${deliveryError}.`;
}

function outlook(notification: Notification, watch: Watch, { report, noReport }: Place): string[] {
  const request = report && reportRequest(notification, watch, report.delay);
  if (request === undefined) return [];
  if (noReport !== undefined) return [`Who it was: no report could be ordered: ${noReport}`];
  const at = clock(request.at).slice(0, 5);
  return [`Who it was: by mail at about ${at} UTC, when the last records are in.`];
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  ok: 'until the alarm was over',
  time: 'until its time was up',
  manual: 'until it was stopped by hand',
  vanished: 'until its flow log was deleted outside natflow',
  closed: 'until the stack was deleted',
  aborted: 'and given up',
};

function notStarted({ reason }: Of<'failed'>, watch: Watch, place: Place): MailText {
  return mail(`could not start recording ${nameOf(watch)}`, [
    `${title(watch, place)}: could not start recording: ${reason}`,
    'Nothing was recorded. The counter was not changed.',
    'natflow tries again every few minutes while the alarm lasts.',
    `Try now: ${command('start', watch, place)}`,
  ]);
}

function notStopped({ reason, recordingId }: Of<'failed'>, watch: Watch, place: Place): MailText {
  return mail(`could not stop recording ${nameOf(watch)}`, [
    `${title(watch, place)}: could not stop recording ${recordingId}: ${reason}`,
    'Its flow log still runs, and costs. natflow tries again every few minutes.',
    `Try now: ${command('stop', watch, place)}`,
  ]);
}

function notDelivered({ reason, recordingId }: Of<'failed'>, watch: Watch, place: Place): MailText {
  return mail(`AWS cannot deliver the flow log of ${nameOf(watch)}`, [
    `${title(watch, place)}: AWS reports that it could not deliver lines of recording ${recordingId}: ${reason}`,
    'They reach neither the archive nor the collectors. A recording of which AWS reports no delivery does not count.',
    `See what is recorded: ${command('list', undefined, place)}`,
  ]);
}

const FAILURES = { start: notStarted, stop: notStopped, deliver: notDelivered } as const;

function capped({ cap, spikeAt }: Of<'capped'>, watch: Watch, place: Place): MailText {
  return mail(`${nameOf(watch)}: all ${cap} recordings used, this spike is not recorded`, [
    `${title(watch, place)} has a spike since ${clock(spikeAt)} UTC, and all ${cap} recordings are used.`,
    'Nothing more is recorded there until the count is reset or NumOfRecordings is raised.',
    `Reset: ${command('reset', watch, place)}`,
  ]);
}

function orphaned(fact: Of<'orphaned'>, watch: Watch, place: Place): MailText {
  const { flowLogIds, counted } = fact;
  return mail(`removed an orphaned flow log of ${nameOf(watch)}`, [
    `${title(watch, place)} had flow log ${flowLogIds.join(', ')} with natflow's tags and no recording to it, as after a start whose answer from AWS was lost.`,
    `natflow removes it: left alone, it would run and cost without end. It counts as recording ${numberOf(counted, watch)}.`,
    `See what is recorded: ${command('list', undefined, place)}`,
  ]);
}

function cause(recording: Recording, spike: Spike | undefined): string {
  if (recording.cause === 'manual') return 'is recorded because you asked for it.';
  const at = `at ${clock(recording.spikeAt).slice(0, 5)} UTC.`;
  return spike ? `passed ${rate(spike.threshold)} ${at}` : `passed its threshold ${at}`;
}

function numberOf(counted: number, { rules }: Watch): string {
  const cap = rules.numOfRecordings;
  return cap === 0 ? String(counted) : `${counted} of ${cap}`;
}

function command(verb: string, watch: Watch | undefined, { stack }: Place): string {
  const gateway = watch === undefined ? '' : ` ${watch.gatewayId}`;
  return commandLine(`record ${verb}${gateway}`, stack);
}

/** A mail whose lines have a command. */
function mail(subject: string, lines: readonly string[]): MailText {
  return mailText(`[natflow] ${subject}`, [...lines, COMMAND_PLACE]);
}

function nameOf({ gatewayId, state }: Watch): string {
  return shownName(state.gatewayName ?? gatewayId);
}

function title({ gatewayId, state }: Watch, { region }: Place): string {
  return state.gatewayName === undefined
    ? `NAT gateway ${gatewayId} (${region})`
    : `NAT gateway ${shownName(state.gatewayName)} (${gatewayId}, ${region})`;
}

function rate(bytes: number): string {
  return bytes < GIB / 10
    ? `${(bytes / MIB).toFixed(1)} MiB/min`
    : `${(bytes / GIB).toFixed(1)} GiB/min`;
}

function clock(time = 0): string {
  return new Date(time).toISOString().slice(11, 19);
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
