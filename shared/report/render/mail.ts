import { COMMAND_PLACE } from '../../command-line.ts';
import { type MailText, mailText } from '../../text/mail-text.ts';
import { shownName } from '../../text/shorten.ts';
import { count, counted, dollars, duration, percent, size } from '../../text/units.ts';
import type { Advice } from '../model/advice.ts';
import { adviceText, gatewayName, headline, serviceName } from '../model/labels.ts';
import type { Report } from '../model/report.ts';
import { recordingText } from './recording-text.ts';

const MOST_SOURCES = 3;
const MOST_SERVICES = 5;

/** Where a reader finds the report and its flow log lines. */
export interface Place {
  readonly reportUrl?: string | undefined;
  /** The command that shows the report after the link has expired. */
  readonly command?: string | undefined;
  readonly rawUrl?: string | undefined;
}

/** What a mail says besides the report. */
export interface MailContext extends Place {
  readonly recordingsLeft?: string | undefined;
}

/** The mail about a recording's report: plain text, readable on a telephone. */
export function writeMail(report: Report, context: MailContext = {}): MailText {
  const lines = [
    ...sourceLines(report),
    labelled('TO', servicesText(report)),
    labelled('COST', costText(report)),
    ...adviceLines(report),
    ...(report.recording === undefined ? [] : [labelled('TIME', recordingText(report.recording))]),
    labelled('SURE?', certaintyText(report)),
    ...links(context),
    `Recording this cost about ${dollars(report.cost.recording)}.${recordingsLeftText(context)}`,
    ...(context.command === undefined ? [] : [COMMAND_PLACE]),
  ];
  return mailText(`[natflow] ${gatewayName(report)}: ${headline(report)}`, lines);
}

function labelled(label: string, text: string): string {
  return `${label.padEnd(8)} ${text}`;
}

function sourceLines({ sources }: Report): string[] {
  const rows = sources.rows.slice(0, MOST_SOURCES).map(({ address, id, name, bytes, share }) => {
    const called = [address, name, name && id ? `(${id})` : id];
    const shown = called.flatMap((part) => (part ? shownName(part) : []));
    return `${shown.join(' ')}  ${size(bytes)}  ${percent(share)}`;
  });
  return (rows.length > 0 ? rows : ['no source']).map((row, index) =>
    labelled(index === 0 ? 'WHO' : '', row),
  );
}

function servicesText({ services }: Report): string {
  const rows = services.rows
    .slice(0, MOST_SERVICES)
    .map(
      ({ service, bytes, share }) => `${serviceName(service)} ${size(bytes)} (${percent(share)})`,
    );
  return rows.length > 0 ? rows.join(', ') : 'nothing';
}

function costText({ cost: { total, perDay }, totals, seconds }: Report): string {
  const time = seconds > 0 ? ` in ${duration(seconds)}` : '';
  const rate = perDay === undefined ? '' : ` At this rate ${dollars(perDay)}/day.`;
  return `${dollars(total)} for ${size(Number(totals.forwarded.bytes))}${time}.${rate}`;
}

function adviceLines({ advice, cost: { avoidablePerDay } }: Report): string[] {
  const open = advice.filter(({ command, saving }) => command !== undefined && saving > 0);
  if (open.length === 0) return [];
  const all = avoidablePerDay === undefined ? '' : ` Together: ${dollars(avoidablePerDay)}/day.`;
  return [
    labelled('FIX', `${open.map(adviceSentence).join('. ')}.${all}`),
    ...open.map(({ command = '' }) => `${' '.repeat(9)}${command}`),
  ];
}

function adviceSentence(advice: Advice): string {
  return `${serviceName(advice.service)}: ${adviceText(advice)}`;
}

function certaintyText({ reconciliation, records, sources }: Report): string {
  const share = reconciliation?.percent;
  return [
    ...(share == null
      ? []
      : [`Flows explain ${percent(share / 100)} of the bytes CloudWatch metered.`]),
    `${counted(records.skipdata, 'SKIPDATA window')}, ${counted(records.malformed, 'malformed line')} of ${count(records.read)}.`,
    ...(sources.error > 0 ? [`A source may lack up to ${size(sources.error)}.`] : []),
  ].join(' ');
}

function links({ reportUrl, command, rawUrl }: Place): string[] {
  return [
    ...(reportUrl === undefined ? [] : [labelled('REPORT', reportUrl)]),
    ...(command === undefined ? [] : [labelled('LATER', command)]),
    ...(rawUrl === undefined ? [] : [labelled('RAW', rawUrl)]),
  ];
}

function recordingsLeftText({ recordingsLeft }: MailContext): string {
  return recordingsLeft === undefined ? '' : ` Recordings left: ${recordingsLeft}.`;
}
