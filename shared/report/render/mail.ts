import { type Link, type MailCommand, type MailText, mailText } from '../../text/mail-text.ts';
import { shownName } from '../../text/shorten.ts';
import {
  aboutDollars,
  count,
  counted,
  dollars,
  duration,
  percent,
  size,
} from '../../text/units.ts';
import type { Advice } from '../model/advice.ts';
import { assumptionText, fixedTexts, gatewayName, serviceName } from '../model/labels.ts';
import type { MonthSum } from '../model/overview.ts';
import type { Headline, Report } from '../model/report.ts';
import { heaviestOf } from './heaviest.ts';
import { recordingText } from './recording-text.ts';

/** Where a reader finds the report and its flow log lines. */
export interface Place {
  /** A link that opens without login, for some hours. */
  readonly reportUrl?: string | undefined;
  readonly dashboardUrl?: string | undefined;
  /** The s3:// addresses of the page and of the folder with its first lines. */
  readonly objects?: { readonly page: string; readonly lines: string } | undefined;
  /** Commands that copy the report and list the lines. */
  readonly commands?: readonly MailCommand[];
}

/** What a mail says besides the report. */
export interface MailContext extends Place {
  readonly recordingsLeft?: string | undefined;
  /** The gateway's recordings of this month, this one included, as far as they were read. */
  readonly month?: (MonthSum & { readonly notListed: number }) | undefined;
}

/** The mail about a recording's report: plain text, readable on a telephone. */
export function writeMail(report: Report, context: MailContext = {}): MailText {
  const fixes = report.advice.flatMap((each) => (isOpen(each) ? [each] : []));
  return mailText({
    subject: `${report.headline.text} (${gatewayName(report)})`,
    lead: leadOf(report, fixes),
    facts: [
      spent(report),
      ...(report.headline.kind === 'none'
        ? []
        : heaviestOf(report).map(({ head, text }) => `${head}: ${text}.`)),
      ...savings(fixes),
      ...fixedTexts(report),
      completeness(report),
      recording(report, context),
    ],
    links: [
      ...link('Dashboard', context.dashboardUrl),
      ...link('Report (a link lasts some hours)', context.reportUrl),
    ],
    commands: [...fixes.map(fixCommand), ...(context.commands ?? [])],
  });
}

/** An advice to follow: it saves something, and there is a command for it. */
interface Fix extends Advice {
  readonly command: string;
}

function isOpen(advice: Advice): advice is Fix {
  return advice.command !== undefined && advice.saving > 0;
}

/** What to do, in one sentence. */
function leadOf(report: Report, [fix]: readonly Fix[]): string {
  const { headline, cost } = report;
  const gateway = gatewayName(report);
  if (headline.kind === 'none') {
    return `${headline.text}; ${nothingTodo(report)}.`;
  }
  if (cost.total === null) {
    return report.gateway.notes.at(-1) ?? 'Nothing to do: nothing is proven to cost anything.';
  }
  if (fix === undefined)
    return `${lookAt(headline, `through ${gateway}`)}; natflow knows nothing free that avoids it.`;
  const saved = `${dollars(fix.saving)} of the ${dollars(cost.total)} spent`;
  return `${todo(fix)}: it is free, and would have saved ${saved}${condition(fix)}.`;
}

/** What to do about a report without traffic. Without lines, the gateway may have had any. */
function nothingTodo(report: Report): string {
  const { recording, records } = report;
  if (recording?.deliveryError !== undefined) return 'see below what AWS could not deliver';
  return recording !== undefined && records.read === 0
    ? `what went through ${gatewayName(report)} is not known`
    : `there is nothing to do about ${gatewayName(report)}`;
}

function lookAt(headline: Headline, where: string): string {
  const { kind, source, name, share } = headline;
  const target = headline.target === null ? undefined : shownName(headline.target);
  const part = `${percent(share)} of the bytes ${where}`;
  if (kind === 'pair') {
    const who = shownName(name ?? source ?? '');
    return target === undefined
      ? `Look at ${who}: what it exchanged is ${part}`
      : `Look at ${who} and ${target}: what they exchanged is ${part}`;
  }
  if (kind === 'spread') {
    return `Look at the largest sources: no target was found with a quarter of the bytes ${where}`;
  }
  return target === undefined
    ? `Look at the largest sources: lines do not say with what they exchanged ${part}`
    : `Look at ${target}: what was exchanged with it is ${part}`;
}

function todo(fix: Fix): string {
  const endpoint = `gateway endpoint for ${serviceName(fix.service)} in ${shownName(fix.vpcId) || 'the VPC'}`;
  switch (fix.state) {
    case 'route-table-missing':
      return `Add ${fix.routeTableIds.map(shownName).join(', ')} to the ${endpoint}`;
    case 'unknown':
      return `Make a ${endpoint}, unless there is one`;
    default:
      return `Make a ${endpoint}`;
  }
}

function condition(fix: Fix): string {
  const assumption = assumptionText(fix);
  return assumption === undefined ? '' : `, ${assumption}`;
}

function fixCommand(fix: Fix): MailCommand {
  // Ids that are not known are words in capitals.
  const isWhole = !/\b[A-Z_]+_IDS?\b/.test(fix.command);
  const purpose = isWhole ? todo(fix) : `${todo(fix)} (with your ids for the words in capitals)`;
  return { purpose, line: fix.command };
}

function spent({ cost: { total, perDay }, totals, seconds }: Report): string {
  const { bytes } = total === null ? totals.forwarded : totals.throughGateway;
  const amount = total === null ? 'not known' : dollars(total);
  const time = seconds > 0 ? ` in ${duration(seconds)}` : '';
  const rate = perDay === undefined ? '' : ` If it went on like this: ${dollars(perDay)} a day.`;
  return `Spent: ${amount} for ${size(Number(bytes))}${time}.${rate}`;
}

/** What each gateway endpoint would have saved, where there are several. */
function savings(fixes: readonly Fix[]): string[] {
  if (fixes.length < 2) return [];
  const shown = fixes.map(
    (fix) => `${serviceName(fix.service)} ${dollars(fix.saving)}${condition(fix)}`,
  );
  return [`Free gateway endpoints would have saved: ${shown.join('; ')}.`];
}

/** When the lines of a recording began, how many there are, and how much of the metered bytes they explain. */
function completeness({ reconciliation, records, recording }: Report): string {
  const share = reconciliation?.percent;
  const compared =
    share == null ? '' : ` Flows explain ${percent(share / 100)} of the bytes CloudWatch metered.`;
  const { ok, nodata, skipdata } = records.ofGateway;
  const lines = `${counted(ok, 'flow')}, ${count(nodata)} NODATA, ${count(skipdata)} SKIPDATA`;
  const malformed =
    records.malformed === 0
      ? ''
      : `, and ${counted(records.malformed, 'malformed line')} of any gateway`;
  const began = recording === undefined ? '' : `${recordingText(recording)} `;
  return `${began}Lines of this gateway: ${lines}${malformed}.${compared}`;
}

function recording({ cost }: Report, { recordingsLeft, month }: MailContext): string {
  const left = recordingsLeft === undefined ? '' : ` Recordings left: ${recordingsLeft}.`;
  return `Recording this cost ${aboutDollars(cost.recording)}.${left}${monthText(month)}`;
}

/** Of a repeated spike: how many recordings there were, and what they cost together. */
function monthText(month: MailContext['month']): string {
  if (month === undefined || month.recordings < 2) return '';
  const which = month.notListed > 0 ? 'newest reports' : 'reports';
  const unpriced = month.unpriced === 0 ? '' : `, without ${month.unpriced} that are not priced`;
  return ` The ${count(month.recordings)} ${which} of this gateway in ${month.month}: ${dollars(month.cost)} together${unpriced}.`;
}

function link(text: string, url: string | undefined): Link[] {
  return url === undefined ? [] : [{ text, url }];
}
