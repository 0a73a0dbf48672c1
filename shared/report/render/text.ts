import { columns } from '../../text/columns.ts';
import { printable } from '../../text/printable.ts';
import { shownName } from '../../text/shorten.ts';
import {
  aboutDollars,
  count,
  counted,
  dollars,
  inUnit,
  percent,
  size,
  unitFor,
  unitPrice,
} from '../../text/units.ts';
import type { Advice } from '../model/advice.ts';
import { NO_DOMAIN } from '../model/domains.ts';
import { elsewhereTexts } from '../model/elsewhere.ts';
import { groupText, unknownLabelText } from '../model/group-by.ts';
import {
  adviceText,
  besideName,
  fixedTexts,
  isPriced,
  likelyEndpointsText,
  portName,
  rateText,
  serviceName,
  sourceName,
  spentText,
} from '../model/labels.ts';
import { hiddenPodsText, namingText } from '../model/naming.ts';
import { leftOutText } from '../model/nothing.ts';
import { organizationText } from '../model/organizations.ts';
import type { Report, Row, Table } from '../model/report.ts';
import { type Amounts, allAmounts, othersName } from './amounts.ts';
import { recordingText } from './recording-text.ts';

/** The most characters of a table's line, so that it fits a terminal. */
const WIDTH = 80;
/** Characters of a column of numbers, with the blanks before it. */
const NUMBER_WIDTH = 10;

/** The most inputs that could not be read that are named. */
const MOST_UNREAD = 10;

/** The report for a terminal: the headline, what was spent, pairs, sources, services and advice. */
export function renderText(report: Report): string {
  const parts = [
    [printable(report.headline.text)],
    summary(report),
    ...groups(report),
    pairs(report),
    sources(report),
    services(report),
    domains(report),
    organizations(report),
    hiddenPodsLines(report),
    advice(report),
    fixed(report),
    rejects(report),
    completeness(report),
  ];
  const paragraphs = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${paragraphs.join('\n\n')}\n`;
}

function summary(report: Report): string[] {
  const { totals, cost, seconds } = report;
  if (totals.forwarded.flows === 0) return [];
  const rate = cost.total === null ? undefined : rateText(cost.total, seconds);
  const [down, up] = [Number(totals.download.bytes), Number(totals.upload.bytes)];
  return [
    spentText(report),
    ...(rate === undefined ? [] : [rate]),
    ...(Number(totals.forwarded.bytes) === 0 ? ['no line says how many bytes'] : []),
    `${counted(totals.forwarded.bytes, 'byte')} in ${counted(totals.forwarded.flows, 'flow')}, ${size(down)} down, ${size(up)} up`,
    legsText(report),
    ...report.gateway.notes,
  ].map(printable);
}

/** The legs that count, in words. Without a cost, not all of them are proven to be a NAT gateway's. */
export function legsText({ legs, headline: { cost } }: Report): string {
  if (legs === 'all') return 'all lines count';
  if (cost === null) return `lines such as a NAT gateway has on its ${legs} leg`;
  return `the NAT gateway's ${legs} leg, so that each byte counts once`;
}

/** A table: the heads of its columns, and the cells of a row, the first of which is its name. */
interface TextTable<R> {
  readonly heads: readonly string[];
  readonly name: (row: R) => string;
  /** The cells before the bytes, the share and the cost, which all tables have. */
  readonly cells?: (amounts: Amounts) => string[];
}

/** Rows of a table, the sum of the others, and the sum of all. */
function tableLines<R extends Row>(
  { rows, others }: Table<R>,
  report: Report,
  { heads, name, cells = () => [] }: TextTable<R>,
): string[] {
  if (rows.length === 0) return [];
  const unit = unitFor(Number(report.totals.forwarded.bytes));
  const costs = isPriced(report) ? ['cost'] : [];
  const amounts = (row: Amounts) => [
    ...cells(row),
    ...[inUnit(row.bytes, unit), percent(row.share)],
    ...costs.map(() => dollars(row.cost)),
  ];
  const rest = othersName({ others });
  const allHeads = [...heads, unit.name, 'share', ...costs];
  const lines = [
    allHeads,
    ...rows.map((row) => [name(row), ...amounts(row)]),
    ...(rest === undefined ? [] : [[rest, ...amounts(others)]]),
    ['', ...amounts(allAmounts(report))],
  ];
  const aligns = allHeads.map((_, column) => (column === 0 ? 'left' : 'right'));
  return columns(lines, aligns, WIDTH - NUMBER_WIDTH * (allHeads.length - 1));
}

function groups(report: Report): string[][] {
  if (report.grouping === undefined) return [];
  const { by, of, groups: table, pairs: groupPairs } = report.grouping;
  const word = printable(by).toUpperCase();
  const groupTable = tableLines(table, report, {
    heads: [`BY ${word}`],
    name: ({ label }) => printable(groupText(label, by)),
  });
  const pairTable = tableLines(groupPairs, report, {
    heads: [of === 'sources' ? `WHICH ${word}, TO WHAT` : `WHO, TO WHICH ${word}`],
    name: ({ from, to }) => `${shownName(from)} → ${shownName(to)}`,
  });
  const unknown = unknownLabelText(report);
  return [...(unknown === undefined ? [] : [[unknown]]), groupTable, pairTable];
}

function pairs(report: Report): string[] {
  return tableLines(report.pairs, report, {
    heads: ['WHO, TO WHAT'],
    name: (row) => `${sourceName(row)} → ${row.target}`,
  });
}

function sources(report: Report): string[] {
  const unit = unitFor(Number(report.totals.forwarded.bytes));
  return tableLines(report.sources, report, {
    heads: ['TOP SOURCES', 'down', 'up'],
    name: (row) => [sourceName(row), ...besideName(row).slice(-1)].join('  '),
    cells: ({ download, upload }) => [inUnit(download, unit), inUnit(upload, unit)],
  });
}

function services(report: Report): string[] {
  const table = tableLines(report.services, report, {
    heads: ['BY AWS SERVICE'],
    name: ({ service }) => serviceName(service),
  });
  return [...table, ...elsewhereTexts(report).map(printable)];
}

function domains(report: Report): string[] {
  if (report.domains === undefined) return [];
  return tableLines(report.domains, report, {
    heads: ['BY DOMAIN'],
    name: ({ domain }) => shownName(domain ?? NO_DOMAIN),
  });
}

function organizations(report: Report): string[] {
  if (report.organizations === undefined) return [];
  return tableLines(report.organizations, report, {
    heads: ['BY ORGANISATION'],
    name: (row) => shownName(organizationText(row)),
  });
}

function hiddenPodsLines(report: Report): string[] {
  const sentences = hiddenPodsText(report).map((sentence) => `  ${printable(sentence)}`);
  return sentences.length === 0 ? [] : ['BEHIND THE NODES', ...sentences];
}

function advice({ advice: list, seconds, likelyEndpoints }: Report): string[] {
  const lines = [
    ...list.flatMap((each) => [
      `  ${serviceName(each.service)}: ${adviceText(each)}`,
      ...commandLines(each, seconds),
    ]),
    ...(likelyEndpoints === undefined ? [] : likelyEndpointsText(likelyEndpoints)).map(
      (sentence) => `  ${sentence}`,
    ),
  ].map(printable);
  return lines.length === 0 ? [] : ['WHAT STOPS IT', ...lines];
}

function fixed(report: Report): string[] {
  const sentences = fixedTexts(report).map((sentence) => `  ${printable(sentence)}`);
  return sentences.length === 0 ? [] : ['WHAT WAS FIXED', ...sentences];
}

function commandLines({ command, saving, state }: Advice, seconds: number): string[] {
  if (command === undefined || saving === 0) return [];
  const rate = rateText(saving, seconds);
  const doubt = state === 'unknown' ? ', if there is none yet' : '';
  return [
    `    # saves ${dollars(saving)}${doubt}${rate === undefined ? '' : `; ${rate}`}`,
    `    ${command}`,
  ];
}

function rejects({ rejects: { flows, rows } }: Report): string[] {
  if (flows === 0) return [];
  return columns(
    [
      [`REJECTED (${counted(flows, 'flow')})`, 'to', 'port', 'flows'],
      ...rows
        .slice(0, 5)
        .map((row) => [row.source, row.destination, portName(row), count(row.flows)]),
    ],
    ['left', 'left', 'left', 'right'],
  );
}

/** What is missing because it could not be read; of many, the first are named. */
export function unreadLines({ unread = [] }: Pick<Report, 'unread'>): string[] {
  if (unread.length === 0) return [];
  const named = unread.slice(0, MOST_UNREAD).map((reason) => `not read to the end: ${reason}`);
  const others = unread.length - named.length;
  return [
    `INCOMPLETE: ${counted(unread.length, 'input')} could not be read to the end; the totals are too low`,
    ...named,
    ...(others > 0 ? [`and ${count(others)} more`] : []),
  ];
}

function completeness(report: Report): string[] {
  const { records, cost, reconciliation, recording, sources: table, region } = report;
  const { read, ok, nodata, skipdata, nonflow, malformed } = records;
  const share = reconciliation?.percent;
  const leftOut = leftOutText(records);
  return [
    ...(recording === undefined ? [] : [recordingText(recording)]),
    `records in ${count(read)} = ${count(ok)} OK + ${count(nodata)} NODATA + ${count(skipdata)} SKIPDATA + ${count(nonflow)} without addresses + ${count(malformed)} malformed`,
    ...unreadLines(report),
    ...namingText(report),
    ...(skipdata > 0
      ? ['SKIPDATA: AWS lost records of these windows; the totals are too low']
      : []),
    ...(leftOut === '' ? [] : [`flows left out: ${leftOut}`]),
    ...(share == null
      ? []
      : [
          `flows explain ${percent(share / 100)} of the ${size(reconciliation?.meteredBytes ?? 0)} that CloudWatch metered`,
        ]),
    ...(table.error > 0
      ? [`too many sources to keep apart: a row may lack up to ${size(table.error)}`]
      : []),
    ...(region.isAssumed
      ? [`no line names a region, ${region.name} is assumed: see --region`]
      : []),
    `price ${unitPrice(cost.perGib)}/GiB (${cost.source}); recording these lines costs ${aboutDollars(cost.recording)}`,
  ].map(printable);
}
