import { invokeCommand } from '../../shared/command-line.ts';
import { type MailText, mailText } from '../../shared/text/mail-text.ts';
import { counted } from '../../shared/text/units.ts';
import { utcMinute } from '../../shared/text/utc.ts';
import { endOf, isFull } from './digest.ts';
import { dashboard, nameOf, type Place, title } from './mail-parts.ts';
import type { Notification, Recording, Watch } from './watch.ts';

/** What a mail says of the recordings that follow, when they are collected. */
export function collecting(watch: Watch, { endedAt = 0 }: Recording): string[] {
  const { digest } = watch.state;
  if (digest === undefined || !isFull(watch, digest)) return [];
  const end = endOf(watch, digest);
  return endedAt < end
    ? [
        `Recordings of this gateway that begin before ${utcMinute(end)} UTC are told in one mail after that, except those by hand or with a failure.`,
      ]
    : [];
}

/** What follows the report of a collected recording. */
export function collectedReport(watch: Watch): string {
  const { digest } = watch.state;
  const end = digest && endOf(watch, digest);
  const when = end ? `after ${utcMinute(end)} UTC` : 'within minutes';
  return `its report, with those of the gateway's other recordings in one mail, ${when}.`;
}

/** In place of the digest, when no report can be read: the collected recordings alone. */
export function digestMail(
  { since, recordingIds }: Extract<Notification, { kind: 'digest' }>,
  watch: Watch,
  place: Place,
): MailText {
  const { noReport } = place;
  const number = counted(recordingIds.length, 'recording');
  const why = noReport ?? 'the stack is being deleted';
  const line = invokeCommand(place, 'reporter', { command: 'list' });
  return mailText({
    subject: `${number} of ${nameOf(watch)} since ${utcMinute(since)} UTC`,
    lead: `Nothing to do: ${title(watch, place)} had ${number} since ${utcMinute(since)} UTC that no other mail tells of.`,
    facts: [
      `Recordings: ${recordingIds.join(', ')}.`,
      `No mail sums up their reports: ${why}. The reports are below reports/ in the archive.`,
      'Next mail: none about these recordings.',
    ],
    links: dashboard(place),
    commands: watch.state.closed ? [] : [{ purpose: 'List the recordings', line }],
  });
}
