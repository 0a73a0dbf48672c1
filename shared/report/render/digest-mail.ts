import { startOfId } from '../../contract/ended-recording.ts';
import type { Overview } from '../../contract/reporter.ts';
import { type MailText, mailText } from '../../text/mail-text.ts';
import { shownName } from '../../text/shorten.ts';
import { counted, dollars, duration, size } from '../../text/units.ts';
import { utcMinute } from '../../text/utc.ts';

/** Recordings of a gateway that are told together. */
export interface Digest {
  readonly gatewayId: string;
  readonly gatewayName?: string | undefined;
  /** Unix milliseconds. */
  readonly since: number;
  /** The dearest first. */
  readonly reported: readonly Overview[];
  /** The ids of those without a report. */
  readonly unreported: readonly string[];
  /** Links to pages of the dearest, which open without login for some hours. */
  readonly links: readonly { readonly id: string; readonly url: string }[];
}

/** The most recordings that a mail names. */
const MOST_NAMED = 50;

/** The mail about collected recordings: what they cost together, and whose they were, the dearest first. */
export function writeDigestMail(digest: Digest): MailText {
  const { gatewayId, gatewayName = '', since, reported, unreported, links } = digest;
  const gateway = shownName(gatewayName) || gatewayId;
  const number = counted(reported.length + unreported.length, 'recording');
  const [dearest] = reported;
  const when = `since ${utcMinute(since)} UTC`;
  const others = reported.length - MOST_NAMED;
  return mailText({
    subject: `${amountOf(reported)}${number} of ${gateway} ${when}`,
    lead:
      dearest === undefined
        ? `See below: none of the ${number} of ${gateway} ${when} has a report.`
        : `Look at the dearest of the ${number} of ${gateway} ${when}: ${dearest.summary}.`,
    facts: [
      ...(reported.length === 0 ? [] : [together(reported)]),
      ...reported.slice(0, MOST_NAMED).map(lineOf),
      ...(others > 0 ? [`And ${counted(others, 'other recording')}.`] : []),
      ...(unreported.length === 0 ? [] : [`Without a report by now: ${listOf(unreported)}.`]),
    ],
    links: links.map(({ id, url }) => ({
      text: `Report of ${clockOf(id)} UTC (a link lasts some hours)`,
      url,
    })),
    commands: [],
  });
}

function amountOf(reported: readonly Overview[]): string {
  const priced = reported.flatMap(({ cost }) => cost ?? []);
  return priced.length === 0 ? '' : `${dollars(sumOf(priced))} in `;
}

function together(reported: readonly Overview[]): string {
  const priced = reported.flatMap(({ cost }) => cost ?? []);
  const bytes = size(sumOf(reported.map((each) => each.bytes)));
  const unpriced = reported.length - priced.length;
  const but = unpriced === 0 ? '' : `, without ${unpriced} that are not priced`;
  const cost = priced.length === 0 ? 'not known' : dollars(sumOf(priced));
  return `Together: ${cost} for ${bytes} in ${counted(reported.length, 'recording')}${but}.`;
}

function lineOf({ id, seconds, bytes, summary, cost }: Overview): string {
  const spent = cost === null ? size(bytes) : `${dollars(cost)} for ${size(bytes)}`;
  return `${clockOf(id)} UTC, ${spent} in ${duration(seconds)}: ${summary}.`;
}

/** When a recording was begun, as its id says it: `2026-11-22 10:14`. */
function clockOf(id: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(startOfId(id));
  if (match === null) return id;
  const [, year, month, day, hour, minute] = match;
  return `${year}-${month}-${day} ${hour}:${minute}`;
}

function listOf(ids: readonly string[]): string {
  const others = ids.length - MOST_NAMED;
  const named = ids.slice(0, MOST_NAMED).join(', ');
  return others > 0 ? `${named}, and ${counted(others, 'other')}` : named;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
