import type { Invocation } from './calls.ts';
import { clock, DAY_S, secondsBetween, secondsFrom, secondsOf } from './clock-texts.ts';
import type { History } from './history.ts';
import type { LiveFlowLog, World } from './world.ts';

type Mail = World['mails'][number];

/** What is known of a mail's recording, from AWS and the commands alone. */
interface Truth {
  readonly history: History;
  readonly mail: Mail;
  readonly recordingId: string;
  readonly flowLog: LiveFlowLog | undefined;
}

const SECOND = 1000;
/** Between an answer of AWS and the state that is made of it: no longer than an invocation lasts. */
const SLACK_MS = 65 * SECOND;
const UNLISTED_MS = 130 * SECOND;
const BY_HAND_MS = 300 * SECOND;

/** The sentences of a history's mails that are not true of what happened, each with its mail. */
export function falseSentences(history: History): string[] {
  return history.world.mails.flatMap((mail) => {
    const [kind = '', ...rest] = mail.key.split(' ');
    const recordingId = rest.at(-1) ?? '';
    const flowLog = history.world.flowLogs.find((each) => each.recordingId === recordingId);
    const truth = { history, mail, recordingId, flowLog };
    const check = CHECKS[kind === 'failed' ? `failed ${rest[0]}` : kind];
    return (check?.(truth) ?? ['is of no known kind']).map((wrong) => `${wrong}:\n${mail.text}`);
  });
}

const CHECKS: Readonly<Record<string, (truth: Truth) => string[]>> = {
  started: (truth) => [
    ...falseNumber(truth),
    ...falseStart(truth, /since ([\d:]{8}) UTC/),
    ...falseCause(truth),
  ],
  finished: (truth) => [
    ...falseLeft(truth),
    ...falseStart(truth, /from ([\d:]{8}) to/),
    ...falseDuration(truth),
    ...falseEnding(truth),
    ...falseLines(truth),
  ],
  'failed start': ({ history, mail, recordingId }) =>
    those({
      'nothing failed': !isTroubled(history, mail),
      'it is recorded':
        isLive(history.world, recordingId, mail.at) && /is not recorded/.test(mail.text),
    }),
  'failed stop': ({ history, mail, flowLog }) =>
    those({
      'nothing failed': !isTroubled(history, mail),
      'its flow log is gone':
        (flowLog?.deletedAt ?? Infinity) < mail.at && /is still|still runs/.test(mail.text),
    }),
  'failed deliver': ({ history, mail, recordingId }) =>
    those({
      'AWS said nothing of it':
        (firstSaid(history.world, recordingId, 'FAILED') ?? Infinity) > mail.at,
    }),
  digest: ({ history, mail }) => {
    const ids = mail.notification.kind === 'digest' ? mail.notification.recordingIds : [];
    const isOver = (id: string) =>
      history.world.mails.some(({ key, at }) => key === `finished ${id}` && at <= mail.at);
    const isBusy = isTroubled(history, mail);
    return those({
      'a recording is not over': !isBusy && !ids.every(isOver),
      'it is another number': !mail.text.startsWith(`${ids.length} recording`),
      'a recording is not named': !ids.every((id) => mail.text.includes(id)),
    });
  },
  capped: ({ history, mail }) => {
    const since = /has a spike since ([\d:]{8}) UTC/.exec(mail.text)?.[1];
    const cap = history.world.rules.numOfRecordings;
    const raised = raisesOf(history, mail).map(({ at }) => clock(at));
    return those({
      'there is no such spike': !raised.includes(since ?? ''),
      'it is another cap': !mail.text.includes(`${cap} of ${cap} recordings used`),
    });
  },
  orphaned: (truth) => {
    const removed = /^Removed: (\S+?),/m.exec(truth.mail.text)?.[1];
    const flowLog = truth.history.world.flowLogs.find(({ id }) => id === removed);
    const isOwn = flowLog?.gatewayId === truth.mail.gatewayId;
    return [...falseNumber(truth), ...those({ 'it is of another gateway': !isOwn })];
  },
};

/** The faults that are there. */
function those(faults: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(faults).filter((fault) => faults[fault]);
}

/** "Recording 2 of 10". */
function falseNumber({ history, mail, recordingId }: Truth): string[] {
  const cap = history.world.rules.numOfRecordings;
  const pattern = /recording (\d+)(?: of (\d+)|(, above the limit of) (\d+))?[:.]/i;
  const [, number, within, above, limit] = pattern.exec(mail.text) ?? [];
  const made = history.world.flowLogs.filter(({ gatewayId }) => gatewayId === mail.gatewayId);
  const position = made.findIndex((flowLog) => flowLog.recordingId === recordingId) + 1;
  return those({
    'it has no number': number === undefined,
    'the cap is another': [within, limit].some((each) => Number(each ?? cap) !== cap),
    'it is above the cap': cap > 0 && Number(number) > cap === (above === undefined),
    'there were not so many': position > 0 && Number(number) > position,
  });
}

/** "Recordings left: 8 of 10." */
function falseLeft({ history, mail }: Truth): string[] {
  const cap = history.world.rules.numOfRecordings;
  const [, left, all] = /^Recordings left: (\d+) of (\d+)\.$/m.exec(mail.text) ?? [];
  if (cap === 0) return those({ 'there is no cap': left !== undefined });
  return those({ 'there are not so many left': !(Number(all) === cap && Number(left) <= cap) });
}

function falseStart({ history, mail, flowLog }: Truth, pattern: RegExp): string[] {
  // AWS answers a repeated start with the flow log of the first, even if it was deleted outside natflow.
  if (flowLog?.byHand && isTroubled(history, mail)) return [];
  const since = pattern.exec(mail.text)?.[1] ?? '';
  const lag = secondsFrom(flowLog?.createdAt ?? Infinity, since) * SECOND;
  return those({ 'there was no flow log': !(lag <= SLACK_MS) });
}

/** "passed 1 GiB/min at 10:14 UTC", "as asked by hand". */
function falseCause({ history, mail, flowLog }: Truth): string[] {
  const made = flowLog?.createdAt ?? 0;
  if (mail.text.includes('as asked by hand')) {
    return those({ 'it was not asked for': !isCommanded(history, mail, 'start', made) });
  }
  const minute = / at ([\d:]{5}) UTC and is being recorded/.exec(mail.text)?.[1] ?? '-';
  const isRaised = raisesOf(history, mail).some(
    ({ at }) => at <= made && clock(at).startsWith(minute),
  );
  return those({ 'its alarm was not raised then': !isRaised });
}

/** "had a flow log for 14 min 10 s", "from 10:14:30 to 10:28:40 UTC". */
function falseDuration({ history, mail, flowLog }: Truth): string[] {
  const [, most, told = ''] = /had a flow log for (at most )?([^,]+), /.exec(mail.text) ?? [];
  const [, from = '', to = ''] = /from ([\d:]{8}) to ([\d:]{8}) UTC/.exec(mail.text) ?? [];
  const { createdAt = 0, deletedAt = Infinity, byHand } = flowLog ?? {};
  const said = secondsOf(told);
  const lived = (deletedAt - createdAt) / SECOND;
  const slack = SLACK_MS / SECOND;
  const rounding = told.includes('h') ? 60 : 1;
  // AWS may not list a new flow log yet, and a stop by hand does not ask whether it is still there.
  const isNew = mail.at - createdAt < UNLISTED_MS;
  const isUnseen = byHand && (isNew || mail.text.includes('stopped by hand'));
  const isRepeated = byHand && isTroubled(history, mail);
  const isExact = !(most || isUnseen || isTroubled(history, mail));
  return those({
    'the times differ': Math.abs((said % DAY_S) - secondsBetween(from, to)) > rounding,
    'the subject differs': !mail.text.startsWith(most ? 'Recording of' : `${told} recording of`),
    'it had a flow log for longer': isRepeated !== true && said < lived - slack,
    'it had a flow log for less': isExact && said > lived + slack,
  });
}

/** "until its alarm was over". */
function falseEnding(truth: Truth): string[] {
  const how = Object.keys(ENDINGS).find((each) => truth.mail.text.includes(each)) ?? '';
  return those({ [how || 'it ended by itself']: !ENDINGS[how]?.(truth) });
}

/** How a recording may have ended, each with whether that is true. */
const ENDINGS: Readonly<Record<string, (truth: Truth) => boolean>> = {
  // An invocation may have read the alarm of a moment ago.
  'until its alarm was over': ({ history, mail, recordingId }) =>
    history.world.transitions.some(
      ({ gatewayId, state, at }) =>
        gatewayId === mail.gatewayId &&
        state !== 'ALARM' &&
        at >= begunAt(recordingId) - SLACK_MS &&
        at <= mail.at,
    ),
  'until the time of the recording was up': ({ history, mail, flowLog, recordingId }) => {
    const { recordingTime } = history.world.rules;
    const isByHand = isCommanded(history, mail, 'start', flowLog?.createdAt ?? 0);
    const time = isByHand ? Math.min(recordingTime || Infinity, BY_HAND_MS) : recordingTime;
    return time > 0 && begunAt(recordingId) + time <= mail.at;
  },
  'until it was stopped by hand': ({ history, mail, recordingId }) =>
    isCommanded(history, mail, 'stop', mail.at, begunAt(recordingId)),
  'until it was given up because AWS had not confirmed its start': ({ history, mail }) =>
    isTroubled(history, mail),
  'until it was deleted outside natflow': ({ flowLog }) => flowLog?.byHand === true,
};

/** "AWS had begun to deliver its lines by 10:20:31 UTC". */
function falseLines({ history, mail, recordingId, flowLog }: Truth): string[] {
  const { createdAt = 0, deletedAt = Infinity } = flowLog ?? {};
  const first = (status: string, isHeeded = false) =>
    firstSaid(history.world, recordingId, status, isHeeded) ?? Infinity;
  const by = /begun to deliver its lines by ([\d:]{8}) UTC/.exec(mail.text)?.[1];
  const latest = createdAt + (secondsFrom(createdAt, by ?? '') + 1) * SECOND;
  const isNone = /not seen AWS report a delivery|and no delivery/.test(mail.text);
  const isFailed = /could not deliver/.test(mail.text);
  const isHeeded = (status: string) => first(status, true) < deletedAt - SLACK_MS;
  // What AWS said a moment before it said otherwise is lost with an invocation that could not save.
  const isBrief = first('FAILED') < first('SUCCESS', true) + SLACK_MS;
  return those({
    'it says nothing of lines': by === undefined && !isNone,
    'AWS had not said so': by !== undefined && !(first('SUCCESS') < latest),
    'AWS had said that it delivers': isNone && isHeeded('SUCCESS') && !isBrief,
    'AWS had not said that it cannot deliver': isFailed && first('FAILED') > mail.at,
    'AWS had said that it cannot deliver': !isFailed && isHeeded('FAILED'),
  });
}

/** When AWS first said so to any invocation, or to one that had to heed it. */
function firstSaid(
  { said }: World,
  recordingId: string,
  status: string,
  isHeard = false,
): number | undefined {
  return said.find(
    (each) =>
      each.recordingId === recordingId &&
      each.status === status &&
      (!isHeard || evaluates(each.to, recordingId)),
  )?.at;
}

/** Whether the invocation did its work, and that was to evaluate this recording. */
function evaluates({ raw, disturbed, dead }: Invocation, id: string): boolean {
  const { command, recordingId = id } = raw as { command?: string; recordingId?: string };
  const isAsked = command !== 'start' && command !== 'reset' && recordingId === id;
  return isAsked && !disturbed && !dead;
}

function isLive({ flowLogs }: World, id: string, at: number): boolean {
  return flowLogs.some(
    ({ recordingId, createdAt, deletedAt = Infinity }) =>
      recordingId === id && createdAt <= at && deletedAt > at,
  );
}

/** A call failed, or AWS rejected one, before the mail. */
function isTroubled({ runs, world }: History, { at }: Mail): boolean {
  return world.hasRefused || runs.some(({ disturbed, startedAt }) => disturbed && startedAt <= at);
}

/** Whether a command by hand could take effect between two times. */
function isCommanded(
  { runs }: History,
  { gatewayId }: Mail,
  command: string,
  until: number,
  from = -Infinity,
): boolean {
  return runs.some(({ raw, startedAt, endedAt }) => {
    const request = raw as { command?: string; gatewayId?: string };
    const isSame = request.command === command && request.gatewayId === gatewayId;
    return isSame && startedAt <= until && endedAt >= from;
  });
}

function raisesOf({ world }: History, { gatewayId }: Mail): World['transitions'] {
  return world.transitions.filter((each) => each.gatewayId === gatewayId && each.state === 'ALARM');
}

/** When a recording was begun, by its id. */
function begunAt(recordingId: string): number {
  const stamp = /-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(recordingId)?.slice(1);
  const [year = 0, month = 0, ...rest] = (stamp ?? []).map(Number);
  return Date.UTC(year, month - 1, ...rest);
}
