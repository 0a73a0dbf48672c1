import { COMMAND_PLACE } from '../command-line.ts';
import { type MailText, mailText } from '../text/mail-text.ts';
import { shownName } from '../text/shorten.ts';
import type { Advice } from './advice.ts';
import type { Report } from './report.ts';
import {
  adviceText,
  count,
  counted,
  dollars,
  duration,
  gatewayName,
  percent,
  serviceName,
  size,
} from './words.ts';

const MOST_SOURCES = 3;
const MOST_SERVICES = 5;

/** Where the report and the lines behind it lie. */
export interface Place {
  readonly reportUrl?: string | undefined;
  /** The command that shows the report again, when the link has ended. */
  readonly command?: string | undefined;
  readonly rawUrl?: string | undefined;
}

/** What a mail tells besides the report. */
export interface MailContext extends Place {
  readonly recordingsLeft?: string | undefined;
}

/** The mail that tells what a recording found: plain text, readable on a telephone. */
export function writeMail(report: Report, context: MailContext = {}): MailText {
  const lines = [
    ...who(report),
    labelled('TO', to(report)),
    labelled('COST', cost(report)),
    ...fix(report),
    labelled('SURE?', sure(report)),
    ...links(context),
    `Recording this cost about ${dollars(report.cost.recording)}.${left(context)}`,
    ...(context.command === undefined ? [] : [COMMAND_PLACE]),
  ];
  return mailText(`[natflow] ${gatewayName(report)}: ${summary(report)}`, lines);
}

/** One sentence: who, to what, how much a day. */
export function summary(report: Report): string {
  const [source] = report.sources.rows;
  const { perDay, total } = report.cost;
  const price = perDay === undefined ? dollars(total) : `$${count(Math.round(perDay))}/day`;
  if (report.totals.forwarded.flows === 0) return 'no traffic';
  if (source === undefined) return `${size(Number(report.totals.forwarded.bytes))}, ${price}`;
  const called = source.name ?? source.id;
  const name = called ? ` (${shownName(called)})` : '';
  const [service] = report.services.rows;
  const what = service?.service ? serviceName(service.service) : source.mainPeer;
  return `${percent(source.share)} by ${source.address}${name} to ${what}, ${price}`;
}

function labelled(label: string, text: string): string {
  return `${label.padEnd(8)} ${text}`;
}

function who({ sources }: Report): string[] {
  const rows = sources.rows.slice(0, MOST_SOURCES).map(({ address, id, name, bytes, share }) => {
    const called = [address, name, name && id ? `(${id})` : id];
    const shown = called.flatMap((part) => (part ? shownName(part) : []));
    return `${shown.join(' ')}  ${size(bytes)}  ${percent(share)}`;
  });
  return (rows.length > 0 ? rows : ['no source']).map((row, index) =>
    labelled(index === 0 ? 'WHO' : '', row),
  );
}

function to({ services }: Report): string {
  const rows = services.rows
    .slice(0, MOST_SERVICES)
    .map(
      ({ service, bytes, share }) => `${serviceName(service)} ${size(bytes)} (${percent(share)})`,
    );
  return rows.length > 0 ? rows.join(', ') : 'nothing';
}

function cost({ cost: { total, perDay }, totals, seconds }: Report): string {
  const time = seconds > 0 ? ` in ${duration(seconds)}` : '';
  const rate = perDay === undefined ? '' : ` At this rate ${dollars(perDay)}/day.`;
  return `${dollars(total)} for ${size(Number(totals.forwarded.bytes))}${time}.${rate}`;
}

function fix({ advice, cost: { avoidablePerDay } }: Report): string[] {
  const open = advice.filter(({ command, saving }) => command !== undefined && saving > 0);
  if (open.length === 0) return [];
  const all = avoidablePerDay === undefined ? '' : ` Together: ${dollars(avoidablePerDay)}/day.`;
  return [
    labelled('FIX', `${open.map(sentence).join('. ')}.${all}`),
    ...open.map(({ command = '' }) => `${' '.repeat(9)}${command}`),
  ];
}

function sentence(advice: Advice): string {
  return `${serviceName(advice.service)}: ${adviceText(advice)}`;
}

function sure({ reconciliation, records, sources }: Report): string {
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

function left({ recordingsLeft }: MailContext): string {
  return recordingsLeft === undefined ? '' : ` Recordings left: ${recordingsLeft}.`;
}
