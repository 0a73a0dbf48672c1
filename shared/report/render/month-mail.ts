import { type MailCommand, type MailText, mailText } from '../../text/mail-text.ts';
import { shownName } from '../../text/shorten.ts';
import { counted, dollars, percent, size } from '../../text/units.ts';
import type { MonthReport } from '../model/month.ts';
import type { MonthRow } from '../model/month-tables.ts';
import {
  endpointName,
  missingFacts,
  monthFacts,
  monthGateway,
  monthSource,
  placeText,
} from './month-text.ts';

const MOST_SOURCES = 3;
const MOST_TARGETS = 5;

/** The mail about a month: plain text, readable on a telephone. */
export function monthMail(report: MonthReport, commands: readonly MailCommand[]): MailText {
  return mailText({
    subject: subjectOf(report),
    lead: leadOf(report),
    facts: [
      ...monthFacts(report),
      ...list('Gateways', report.gateways, MOST_SOURCES, (each) => {
        const times = `${counted(each.byAlarm, 'time')} by alarm, ${each.byHand} by hand`;
        return `${monthGateway(each)}${placeText(report, each)} ${times}, ${dollars(each.dollars)}`;
      }),
      ...list('Sources', report.sources.rows, MOST_SOURCES, (each) => {
        return `${monthSource(each)}${placeText(report, each)} ${amountText(each)}`;
      }),
      ...list('Targets', report.targets.rows, MOST_TARGETS, (each) => {
        return `${shownName(each.target)} ${amountText(each)}`;
      }),
      ...missingFacts(report),
    ],
    commands,
  });
}

function subjectOf({
  month,
  sources,
  dollars: total,
  bytes,
  counted: number,
}: MonthReport): string {
  const what = `${month}, ${counted(number, 'recording')}`;
  const [first] = sources.rows;
  if (first === undefined || !first.dollars) return `${size(bytes)} in ${what}`;
  return `${atLeast(first)}${dollars(first.dollars)} ${monthSource(first)} of ${dollars(total)} in ${what}`;
}

/** What to do, in one sentence. */
function leadOf({ endpoints: [endpoint], sources, dollars: total, bytes }: MonthReport): string {
  if (endpoint !== undefined) {
    const condition = endpoint.assumption === null ? '' : `, ${shownName(endpoint.assumption)}`;
    return `A gateway endpoint for ${endpointName(endpoint)}, with all its route tables, is free, and would have saved ${dollars(endpoint.dollars)} of the ${dollars(total)} spent${condition}.`;
  }
  const [first] = sources.rows;
  if (first === undefined || bytes === 0) return 'Nothing to do: the recordings have no bytes.';
  return `Look at ${monthSource(first)}: ${atLeast(first)}${percent(first.bytes / bytes)} of the bytes are its; natflow knows nothing free that avoids it.`;
}

function atLeast({ bytes, mostBytes }: MonthRow): string {
  return mostBytes > bytes ? 'at least ' : '';
}

function amountText({ bytes, dollars: cost, recordings }: MonthRow): string {
  const price = cost === null ? '' : `, ${dollars(cost)}`;
  return `${size(bytes)}${price}, in ${counted(recordings, 'recording')}`;
}

function list<T>(head: string, rows: readonly T[], most: number, text: (row: T) => string) {
  return rows.length === 0 ? [] : [`${head}: ${rows.slice(0, most).map(text).join('; ')}.`];
}
