import { invokeCommand } from '../../shared/command-line.ts';
import type { ControllerCommand } from '../../shared/contract/controller.ts';
import { type MailCommand, type MailText, mailText } from '../../shared/text/mail-text.ts';
import { counted as countOf, duration, size } from '../../shared/text/units.ts';
import { utcClock } from '../../shared/text/utc.ts';
import { collectedReport, collecting, digestMail } from './digest-mail.ts';
import { dashboard, nameOf, type Place, title } from './mail-parts.ts';
import { isUndelivered } from './recording.ts';
import { recordingsLeft, reportRequest } from './report-request.ts';
import { readSpike } from './spike-reason.ts';
import type { Ending, Notification, Recording, Watch } from './watch.ts';

type Of<Kind extends Notification['kind']> = Extract<Notification, { kind: Kind }>;

const RETRY = 'natflow tries again every five minutes';
const REPORT_CONTENT = 'who it was, to what and what it cost';

/** The mail that tells a notification: the amount and the gateway, what to do, what the next mail says and when. */
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
    case 'digest':
      return digestMail(notification, watch, place);
  }
}

function started({ recording, counted }: Of<'started'>, watch: Watch, place: Place): MailText {
  const { cause, deadline, reasonData } = recording;
  const times = [
    `since ${utcClock(recording.startedAt ?? 0)} UTC`,
    ...(cause === 'alarm' ? ['until its alarm is over'] : []),
    ...(deadline === undefined ? [] : [`until ${utcClock(deadline)} UTC at the latest`]),
  ];
  const latest = deadline === undefined ? '' : `, at ${utcClock(deadline)} UTC at the latest`;
  return mailText({
    subject: `${amount(reasonData)}${nameOf(watch)} is being recorded${overThreshold(reasonData)}`,
    lead: `Nothing to do yet: ${title(watch, place)} ${causeOf(recording)}.`,
    facts: [
      `Recording ${numberOf(counted, watch)}: ${times.join(', ')}.`,
      'The lines of a flow log begin several minutes after it is created; what goes through before is not recorded.',
      `Next mail: when the recording is over${latest}.${afterwards(place)}`,
    ],
    links: dashboard(place),
    commands: [command('Stop the recording', 'stop', watch, place)],
  });
}

function afterwards({ report }: Place): string {
  if (report === undefined) return '';
  return ` About ${countOf(Math.ceil(report.delay / 60_000), 'minute')} later a mail says ${REPORT_CONTENT}.`;
}

function causeOf({ cause, spikeAt = 0, reasonData }: Recording): string {
  if (cause === 'manual') return 'is being recorded as asked by hand';
  const spike = readSpike(reasonData);
  const threshold = spike ? rate(spike.threshold) : 'its threshold';
  return `passed ${threshold} at ${utcClock(spikeAt).slice(0, 5)} UTC and is being recorded`;
}

function finished(notification: Of<'finished'>, watch: Watch, place: Place): MailText {
  const { recording, counted } = notification;
  const { startedAt = 0, endedAt = 0, ending = 'ok' } = recording;
  const took = duration(Math.max(0, Math.round((endedAt - startedAt) / 1000)));
  const left = recordingsLeft(watch, counted);
  const which = isUndelivered(recording) ? 'Recording that does not count' : 'Recording';
  const { after, next, ...about } = outlook(notification, watch, place);
  const todo =
    recording.deliveryError === undefined ? about.todo : 'See below what AWS could not deliver';
  // With the stack goes the function that a command would invoke.
  const { lead, commands } =
    ending === 'closed' ? { lead: todo, commands: [] } : goingOn(notification, watch, place, todo);
  // AWS does not say when a flow log was deleted that natflow did not delete.
  const isLatest = ending === 'vanished';
  const span = `from ${utcClock(startedAt)} to ${utcClock(endedAt)} UTC`;
  return mailText({
    subject: `${isLatest ? 'Recording' : `${took} recording`} of ${nameOf(watch)} is over${after}`,
    lead: `${lead}: ${title(watch, place)} had a flow log for ${isLatest ? 'at most ' : ''}${took}, ${ENDINGS[ending]}.`,
    facts: [
      `${which}: ${span}${isLatest ? ' at the latest' : ''}.`,
      linesText(recording),
      ...(left === undefined ? [] : [`Recordings left: ${left}.`]),
      `Next mail: ${next}`,
      ...collecting(watch, recording),
    ],
    links: dashboard(place),
    commands,
  });
}

/** What AWS said of the flow log's lines while it existed. When they began, only the report knows. */
function linesText(recording: Recording): string {
  const { linesSeenAt, deliveryError } = recording;
  if (isUndelivered(recording)) {
    return `AWS reported that it could not deliver its lines (${deliveryError}) and no delivery, so this recording does not count.`;
  }
  if (linesSeenAt === undefined)
    return 'By then natflow had not seen AWS report a delivery of its lines.';
  const began = `AWS had begun to deliver its lines by ${utcClock(linesSeenAt)} UTC`;
  return deliveryError === undefined
    ? `${began}.`
    : `${began}, and reported that it could not deliver: ${deliveryError}.`;
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  ok: 'until its alarm was over',
  time: 'until the time of the recording was up',
  manual: 'until it was stopped by hand',
  vanished: 'until it was deleted outside natflow',
  closed: 'until the stack was deleted',
  aborted: 'until it was given up because AWS had not confirmed its start',
  budget: "until the stack's budget was reached",
  unmetered: 'until it was not known what recording costs, as another mail says',
};

/** What to do about the recordings to come, and its command. */
function goingOn(
  { recording: { ending }, counted }: Of<'finished'>,
  watch: Watch,
  place: Place,
  todo: string,
) {
  const { numOfRecordings: cap } = watch.rules;
  if (ending === 'budget') {
    const line = invokeCommand(place, 'controller', { command: 'reset-budget' });
    return {
      lead: 'Reset the budget, or no spike is recorded this month',
      commands: [{ purpose: 'Reset the budget', line }],
    };
  }
  if (cap === 0 || counted < cap) {
    return { lead: todo, commands: [command('Record again', 'start', watch, place)] };
  }
  return {
    lead: 'Reset the count of recordings, or the next spike is not recorded',
    commands: [command('Reset the count of recordings', 'reset', watch, place)],
  };
}

/** What is to do about the report, what the next mail says and when, and what the subject says of it. */
function outlook(notification: Notification, watch: Watch, { report, noReport }: Place) {
  const request = report && reportRequest(notification, watch, report.delay);
  if (request === undefined) {
    return { todo: 'Nothing to do', next: 'none about this recording.', after: '' };
  }
  if (noReport !== undefined) {
    return {
      todo: 'See below why no report follows',
      next: `none about this recording. No report could be ordered: ${noReport}`,
      after: '; no report follows',
    };
  }
  const todo = 'Nothing to do yet';
  if (request.recording.collected) return { todo, next: collectedReport(watch), after: '' };
  const at = `about ${utcClock(request.at).slice(0, 5)} UTC`;
  return {
    todo,
    next: `${REPORT_CONTENT}, at ${at}, when the last flow log lines are in.`,
    after: `; who it was follows at ${at}`,
  };
}

function notStarted({ reason }: Of<'failed'>, watch: Watch, place: Place): MailText {
  return mailText({
    subject: `${amount(watch.alarm?.reasonData)}${nameOf(watch)}: the start of a recording failed`,
    lead: `See to the reason below: the start of a recording of ${title(watch, place)} failed; ${RETRY} while the alarm lasts.`,
    facts: [
      `Reason: ${reason}`,
      'AWS did not confirm this start. A recording counts once AWS confirms it.',
      'Next mail: when a recording has begun. None comes about further failures of this spike, or when it ends.',
    ],
    links: dashboard(place),
    commands: [command('Try now', 'start', watch, place)],
  });
}

function notStopped({ reason, recordingId }: Of<'failed'>, watch: Watch, place: Place): MailText {
  return mailText({
    subject: `${nameOf(watch)} may still be recorded: the stop failed`,
    lead: `See to the reason below: the stop of the recording of ${title(watch, place)} failed; ${RETRY}.`,
    facts: [
      `Reason: ${reason}`,
      `The flow log of recording ${recordingId} may still run, and cost.`,
      'Next mail: when the recording is over. None comes about further failures to stop it.',
    ],
    links: dashboard(place),
    commands: [command('Try now', 'stop', watch, place)],
  });
}

function notDelivered({ reason, recordingId }: Of<'failed'>, watch: Watch, place: Place): MailText {
  return mailText({
    subject: `${nameOf(watch)} is recorded, but AWS could not deliver lines`,
    lead: `See to the reason below: AWS reports that it could not deliver lines of a recording of ${title(watch, place)}.`,
    facts: [
      `Reason: ${reason}`,
      `Lines of recording ${recordingId} reach neither the archive nor the collectors. A recording of which AWS reports no delivery does not count.`,
      'Next mail: when the recording is over. None comes about further failures to deliver its lines.',
    ],
    links: dashboard(place),
    commands: [listCommand(place)],
  });
}

const FAILURES = { start: notStarted, stop: notStopped, deliver: notDelivered } as const;

function capped({ cap, spikeAt }: Of<'capped'>, watch: Watch, place: Place): MailText {
  const used = `${cap} of ${cap} recordings used`;
  return mailText({
    subject: `${amount(watch.alarm?.reasonData)}${nameOf(watch)} is not recorded: ${used}`,
    lead: `Reset the count of recordings, or raise NumOfRecordings: ${title(watch, place)} has a spike since ${utcClock(spikeAt)} UTC that is not recorded, with ${used}.`,
    facts: [
      'After a reset, this spike is recorded within five minutes if it still lasts.',
      'Next mail: none about further spikes of this gateway until then.',
    ],
    links: dashboard(place),
    commands: [command('Reset the count of recordings', 'reset', watch, place)],
  });
}

function orphaned(fact: Of<'orphaned'>, watch: Watch, place: Place): MailText {
  const { flowLogIds, counted } = fact;
  const number = countOf(flowLogIds.length, 'flow log');
  return mailText({
    subject: `${number} of ${nameOf(watch)} removed: no recording known`,
    lead: `Nothing to do: natflow removes ${number} of ${title(watch, place)} that would run and cost without end.`,
    facts: [
      `Removed: ${flowLogIds.join(', ')}, with natflow's tags and without a known recording, as after a start whose answer from AWS was lost.`,
      `Counted as recording ${numberOf(counted, watch)}.`,
      'Next mail: none about this.',
    ],
    links: dashboard(place),
    commands: [listCommand(place)],
  });
}

function numberOf(counted: number, { rules }: Watch): string {
  const cap = rules.numOfRecordings;
  if (cap === 0) return String(counted);
  return counted > cap ? `${counted}, above the limit of ${cap}` : `${counted} of ${cap}`;
}

function command(
  purpose: string,
  verb: Extract<ControllerCommand['command'], 'start' | 'stop' | 'reset'>,
  { gatewayId }: Watch,
  place: Place,
): MailCommand {
  return { purpose, line: invokeCommand(place, 'controller', { command: verb, gatewayId }) };
}

function listCommand(place: Place): MailCommand {
  const line = invokeCommand(place, 'controller', { command: 'list' });
  return { purpose: 'List what is recorded', line };
}

/** How a subject begins: the bytes of the newest minute, if CloudWatch says them. */
function amount(reasonData: string | undefined): string {
  const spike = readSpike(reasonData);
  return spike ? `${rate(spike.now)} ` : '';
}

function overThreshold(reasonData: string | undefined): string {
  const spike = readSpike(reasonData);
  return spike ? ` (threshold ${rate(spike.threshold)})` : '';
}

function rate(bytes: number): string {
  return `${size(bytes)}/min`;
}
