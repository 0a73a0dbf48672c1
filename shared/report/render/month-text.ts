import { type Align, columns } from '../../text/columns.ts';
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
import { utcMinute } from '../../text/utc.ts';
import { serviceName, sourceLabel } from '../model/labels.ts';
import type { MonthEndpoint, MonthGateway, MonthReport } from '../model/month.ts';
import type { MonthRow, MonthSource } from '../model/month-tables.ts';

/** The most rows of a table of text; JSON and CSV have more. */
const MOST_ROWS = 10;
/** The most ids or endpoints of a sentence. */
const MOST_NAMED = 5;

/** The month as lines of text: tables of gateways, sources and targets, and what they mean in sentences. */
export function monthLines(report: MonthReport): string[] {
  return [
    ...(report.counted === 0 ? [] : tables(report)),
    ...monthFacts(report),
    ...missingFacts(report),
  ];
}

function tables(report: MonthReport): string[] {
  return [gatewayTable(report), sourceTable(report), targetTable(report)].flatMap((lines) => [
    ...lines,
    '',
  ]);
}

function gatewayTable(report: MonthReport): string[] {
  const { gateways } = report;
  const place = placeColumn(report);
  const rows = gateways
    .slice(0, MOST_ROWS)
    .map((each) => [
      ...[monthGateway(each), ...place.cells(each), count(each.byAlarm), count(each.byHand)],
      ...[duration(each.seconds), size(each.bytes), dollars(each.dollars)],
    ]);
  const head = ['GATEWAY', ...place.head, 'BY ALARM', 'BY HAND', 'LENGTH', 'BYTES', 'COST'];
  const lines = columns(
    [head, ...rows],
    ['left', ...place.aligns, 'right', 'right', 'right', 'right', 'right'],
  );
  return [...lines, ...moreLine(gateways.length, 'gateway')];
}

function sourceTable(report: MonthReport): string[] {
  const { gateways, sources } = report;
  const place = placeColumn(report);
  const rows = sources.rows
    .slice(0, MOST_ROWS)
    .map((each) => [
      ...[monthSource(each), gatewayName(each, gateways), ...place.cells(each)],
      ...amounts(each),
    ]);
  return columns(
    [['SOURCE', 'GATEWAY', ...place.head, ...AMOUNTS], ...rows],
    ['left', 'left', ...place.aligns, ...RIGHT],
  );
}

function targetTable({ targets }: MonthReport): string[] {
  const rows = targets.rows
    .slice(0, MOST_ROWS)
    .map((each) => [shownName(each.target), ...amounts(each)]);
  return columns([['TARGET', ...AMOUNTS], ...rows], ['left', ...RIGHT]);
}

const AMOUNTS = ['RECORDINGS', 'BYTES', 'AT MOST', 'COST'];
const RIGHT = AMOUNTS.map((): Align => 'right');

type Placed = Pick<MonthGateway, 'account' | 'region'>;

/** The column of accounts and regions; nothing when all is in one. */
function placeColumn({ gateways }: MonthReport) {
  const isOne = isOnePlace(gateways);
  return {
    head: isOne ? [] : ['ACCOUNT, REGION'],
    aligns: isOne ? [] : (['left'] as const),
    cells: ({ account, region }: Placed) => (isOne ? [] : [`${account} ${region}`]),
  };
}

/** The place of a row for a sentence, ` (123456789012, eu-west-1)`; empty when all is in one. */
export function placeText({ gateways }: MonthReport, { account, region }: Placed): string {
  return isOnePlace(gateways) ? '' : ` (${account}, ${region})`;
}

function isOnePlace(gateways: readonly Placed[]): boolean {
  return new Set(gateways.map(({ account, region }) => `${account} ${region}`)).size <= 1;
}

function amounts({ recordings, bytes, mostBytes, dollars: cost }: MonthRow): string[] {
  return [count(recordings), size(bytes), mostBytes > bytes ? size(mostBytes) : '', dollars(cost)];
}

function moreLine(rows: number, noun: string): string[] {
  return rows > MOST_ROWS ? [`and ${counted(rows - MOST_ROWS, noun)} more`] : [];
}

/** A gateway by its name, or else its id. */
export function monthGateway({ name, gateway }: Pick<MonthGateway, 'name' | 'gateway'>): string {
  return shownName(name ?? gateway);
}

function gatewayName(source: MonthSource, gateways: readonly MonthGateway[]): string {
  const found = gateways.find(
    ({ account, region, gateway }) =>
      account === source.account && region === source.region && gateway === source.gateway,
  );
  return monthGateway(found ?? { name: null, gateway: source.gateway });
}

/** A source by its name, or else its id, with its address. */
export function monthSource({ address, id, name }: MonthSource): string {
  return shownName(sourceLabel({ address, id: id ?? undefined, name: name ?? undefined }));
}

/** What a month came to, in sentences: what was spent, what would have been saved, what natflow cost. */
export function monthFacts(report: MonthReport): string[] {
  const { month, counted: number, accounts, writtenAt, isPartial } = report;
  if (number === 0) return [`No recording of ${month} (UTC) is in the sums.`, natflowText(report)];
  const which = accounts > 1 ? ` of ${counted(accounts, 'account')}` : '';
  const until = isPartial ? `, as of ${utcMinute(writtenAt)} UTC` : '';
  return [
    `${month} (UTC)${until}: ${counted(number, 'recording')}${which} with ${duration(report.seconds)} of lines, ${size(report.bytes)}, ${spentText(report)}.`,
    ...cutText(report),
    savingsText(report),
    natflowText(report),
  ];
}

function spentText({ dollars: total, unpriced, counted: number }: MonthReport): string {
  if (unpriced === number) return 'none of them priced';
  const without = unpriced === 0 ? '' : `, without ${counted(unpriced, 'recording')} not priced`;
  return `${dollars(total)} at the gateways by the prices of their reports${without}`;
}

/** Reports have a number of largest rows, so a sum over reports may lack what a row had in one that does not show it. */
function cutText({ sources, targets }: MonthReport): string[] {
  const isCut = [...sources.rows, ...targets.rows].some(
    ({ bytes, mostBytes }) => mostBytes > bytes,
  );
  return isCut
    ? ['Reports show their largest sources and targets: a sum over them is at least what is said.']
    : [];
}

function savingsText({ savings, endpoints }: MonthReport): string {
  if (endpoints.length === 0) {
    return 'No report names a free gateway endpoint that would have saved anything.';
  }
  const named = endpoints.slice(0, MOST_NAMED).map(endpointText).join('; ');
  const more = endpoints.length > MOST_NAMED ? `; and ${endpoints.length - MOST_NAMED} more` : '';
  return `Free gateway endpoints would have saved ${dollars(savings)}: ${named}${more}.`;
}

function endpointText(endpoint: MonthEndpoint): string {
  const { dollars: saved, recordings, assumption } = endpoint;
  const condition = assumption === null ? '' : `, ${shownName(assumption)}`;
  return `${endpointName(endpoint)} ${dollars(saved)} in ${counted(recordings, 'recording')}${condition}`;
}

/** `S3 in vpc-0aa (123456789012, eu-west-1)`. */
export function endpointName({ service, vpc, account, region }: MonthEndpoint): string {
  return `${shownName(serviceName(service))} in ${shownName(vpc) || 'its VPC'} (${account}, ${region})`;
}

function natflowText({ natflow: { delivery, standing, stacks, gateways } }: MonthReport): string {
  return `natflow itself, an estimate: ${aboutDollars(delivery)} for the delivery of the lines, and ${aboutDollars(standing)} a month for ${counted(stacks, 'stack')} with the alarms of ${counted(gateways, 'gateway')}, by the prices of us-east-1. Not counted: functions, archive, metrics, dashboards, and what recorded nothing.`;
}

/** What the sums do not have, in sentences. */
export function missingFacts({ missing }: MonthReport): string[] {
  const { withoutReport, overlapping, incomplete, unmetered, partlyRead, close } = missing;
  return [
    ...some(withoutReport, (n) => `Not in the sums, without a report: ${n}.`),
    ...some(
      overlapping.map(({ id, countedIn }) => `${id} (${countedIn})`),
      (n) =>
        `Not in the sums, because another recording of the same gateway at the same time is (in parentheses): ${n}.`,
    ),
    ...some(
      incomplete.map(
        ({ id, percent: share, bytes }) => `${id} ${percent(share / 100)}, ${size(bytes)}`,
      ),
      (n) =>
        `Their lines explain less than 90% of the bytes CloudWatch metered, and the sums lack the rest: ${n}.`,
    ),
    ...(unmetered === 0
      ? []
      : [`What CloudWatch metered is not known of ${counted(unmetered, 'recording')}.`]),
    ...(partlyRead === 0
      ? []
      : [
          `The reports of ${counted(partlyRead, 'recording')} lack objects that could not be read.`,
        ]),
    ...(close === 0
      ? []
      : [
          `${counted(close, 'recording')} began less than two minutes after another of the same gateway: a line between them may count in both.`,
        ]),
    ...some(missing.unread, (n) => `Could not be read: ${n}.`),
    ...(missing.newer === 0 ? [] : [newerText(missing.newer)]),
  ];
}

function newerText(newer: number): string {
  return newer === 1
    ? '1 summary of a newer release of natflow not read: this one is too old for it.'
    : `${count(newer)} summaries of a newer release of natflow not read: this one is too old for them.`;
}

/** A sentence about some names, if there are any; of many the first few. */
function some(names: readonly string[], sentence: (named: string) => string): string[] {
  if (names.length === 0) return [];
  const named = names.slice(0, MOST_NAMED).join('; ');
  const more = names.length - MOST_NAMED;
  return [sentence(more > 0 ? `${named}; and ${count(more)} more` : named)];
}
