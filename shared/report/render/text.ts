import { columns } from '../../text/columns.ts';
import { printable } from '../../text/printable.ts';
import { shownName } from '../../text/shorten.ts';
import {
  bitRate,
  count,
  counted,
  dollars,
  duration,
  inUnit,
  percent,
  size,
  type Unit,
  unitFor,
  unitPrice,
} from '../../text/units.ts';
import type { Advice } from '../model/advice.ts';
import {
  adviceText,
  gatewayName,
  likelyEndpointsText,
  notProvenText,
  portName,
  rateText,
  serviceName,
} from '../model/labels.ts';
import type { PairRow, Report, Row, SourceRow, Table } from '../model/report.ts';

/** The most characters of a table's line, so that it fits a terminal. */
const WIDTH = 80;
/** Characters of a column of numbers, with the blanks before it. */
const NUMBER_WIDTH = 10;

/** The report for a terminal: the headline, what was spent, pairs, sources, services and advice. */
export function renderText(report: Report): string {
  const unit = unitFor(Number(report.totals.forwarded.bytes));
  const parts = [
    [printable(report.headline.text)],
    summary(report),
    pairs(report, unit),
    sources(report, unit),
    services(report, unit),
    advice(report),
    rejects(report),
    completeness(report),
  ];
  const paragraphs = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${paragraphs.join('\n\n')}\n`;
}

function summary(report: Report): string[] {
  const { totals, legs, cost, seconds } = report;
  if (totals.forwarded.flows === 0) return [];
  const bytes = Number(totals.forwarded.bytes);
  const time = seconds > 0 ? ` in ${duration(seconds)} (${bitRate(bytes, seconds)})` : '';
  const through = `${size(bytes)} ${cost.total === null ? 'in the lines of' : 'through'} ${gatewayName(report)}${time}`;
  const rate = cost.total === null ? undefined : rateText(cost.total, seconds);
  const [down, up] = [Number(totals.download.bytes), Number(totals.upload.bytes)];
  return [
    cost.total === null ? through : `${dollars(cost.total)} spent on ${through}`,
    ...(rate === undefined ? [] : [rate]),
    `${counted(totals.forwarded.bytes, 'byte')} in ${counted(totals.forwarded.flows, 'flow')}, ${size(down)} down, ${size(up)} up`,
    LEGS_WORDING[legs],
    ...[notProvenText(report) ?? []].flat(),
  ].map(printable);
}

/** The legs that count, in words. */
export const LEGS_WORDING: Readonly<Record<Report['legs'], string>> = {
  private: "the NAT gateway's private leg, so that each byte counts once",
  public: "the NAT gateway's public leg",
  all: 'all lines count',
};

/** The columns that all tables of bytes have: their heads, and the cells of a row. */
const AMOUNT_HEADS = (unit: Unit) => [unit.name, 'share', 'cost'];

function amountCells({ bytes, share, cost }: Omit<Row, 'cumulative'>, unit: Unit): string[] {
  return [inUnit(bytes, unit), percent(share), dollars(cost)];
}

/** Rows of a table, the sum of the others, and the sum of all. */
function tableLines<R extends Row>(
  { rows, others }: Table<R>,
  { totals, cost }: Report,
  {
    heads,
    name,
    cells,
  }: {
    heads: string[];
    name: (row: R) => string;
    cells: (amounts: Omit<Row, 'cumulative'>) => string[];
  },
): string[] {
  if (rows.length === 0) return [];
  const all = {
    bytes: Number(totals.forwarded.bytes),
    upload: Number(totals.upload.bytes),
    download: Number(totals.download.bytes),
    ...{ flows: totals.forwarded.flows, share: 1, cost: cost.total },
  };
  const rest =
    others.count > 0 || others.isAtLeast
      ? [[`others (${others.isAtLeast ? 'over ' : ''}${count(others.count)})`, ...cells(others)]]
      : [];
  return columns(
    [heads, ...rows.map((row) => [name(row), ...cells(row)]), ...rest, ['', ...cells(all)]],
    heads.map((_, column) => (column === 0 ? 'left' : 'right')),
    WIDTH - NUMBER_WIDTH * (heads.length - 1),
  );
}

function pairs(report: Report, unit: Unit): string[] {
  return tableLines(report.pairs, report, {
    heads: ['WHO, TO WHAT', ...AMOUNT_HEADS(unit)],
    name: (row: PairRow) => `${sourceName(row)} → ${row.target}`,
    cells: (amounts) => amountCells(amounts, unit),
  });
}

function sourceName({
  address,
  id,
  name = id,
}: Pick<SourceRow, 'address' | 'id' | 'name'>): string {
  return shownName(name ?? address);
}

function sources(report: Report, unit: Unit): string[] {
  return tableLines(report.sources, report, {
    heads: ['TOP SOURCES', 'down', 'up', ...AMOUNT_HEADS(unit)],
    name: (row: SourceRow) => [...new Set([sourceName(row), row.address])].join('  '),
    cells: (amounts) => [
      inUnit(amounts.download, unit),
      inUnit(amounts.upload, unit),
      ...amountCells(amounts, unit),
    ],
  });
}

function services(report: Report, unit: Unit): string[] {
  return tableLines(report.services, report, {
    heads: ['BY AWS SERVICE', ...AMOUNT_HEADS(unit)],
    name: ({ service }) => serviceName(service),
    cells: (amounts) => amountCells(amounts, unit),
  });
}

function advice({ advice: list, cost, seconds, likelyEndpoints }: Report): string[] {
  const hasPrice = cost.total !== null;
  const lines = [
    ...list.flatMap((each) => [
      `  ${serviceName(each.service)}: ${adviceText(each)}`,
      ...(hasPrice ? commandLines(each, seconds) : []),
    ]),
    ...(likelyEndpoints === undefined ? [] : [`  ${likelyEndpointsText(likelyEndpoints)}`]),
  ].map(printable);
  return lines.length === 0 ? [] : ['WHAT STOPS IT', ...lines];
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

function completeness(report: Report): string[] {
  const { records, cost, reconciliation, sources: table, region } = report;
  const { read, ok, nodata, skipdata, nonflow, malformed } = records;
  const share = reconciliation?.percent;
  return [
    `records in ${count(read)} = ${count(ok)} OK + ${count(nodata)} NODATA + ${count(skipdata)} SKIPDATA + ${count(nonflow)} without addresses + ${count(malformed)} malformed`,
    ...(skipdata > 0
      ? ['SKIPDATA: AWS lost records of these windows; the totals are too low']
      : []),
    ...(records.otherLeg > 0
      ? [`left out ${counted(records.otherLeg, 'flow')} of the other leg`]
      : []),
    ...(records.otherGateway > 0
      ? [`left out ${counted(records.otherGateway, 'flow')} of other gateways`]
      : []),
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
    `price ${unitPrice(cost.perGib)}/GiB (${cost.source}); recording these lines costs about ${dollars(cost.recording)}`,
  ].map(printable);
}
