import { type Align, columns } from '../../text/columns.ts';
import { printable } from '../../text/printable.ts';
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
} from '../../text/units.ts';
import { gatewayName, portName, serviceName } from '../model/labels.ts';
import type { Report, Row, ServiceRow, SourceRow, Table } from '../model/report.ts';
import { recordingText } from './recording-text.ts';

/** The report for a terminal: totals, sources, services, costs and advice. */
export function renderText(report: Report): string {
  const unit = unitFor(Number(report.totals.forwarded.bytes));
  const parts = [
    headline(report),
    sources(report, unit),
    services(report, unit),
    advice(report),
    rejects(report),
    completeness(report),
  ];
  const paragraphs = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${paragraphs.join('\n\n')}\n`;
}

function headline(report: Report): string[] {
  const { totals, seconds, legs } = report;
  const bytes = Number(totals.forwarded.bytes);
  const time = seconds > 0 ? ` in ${duration(seconds)} (${bitRate(bytes, seconds)})` : '';
  const [down, up] = [Number(totals.download.bytes), Number(totals.upload.bytes)];
  return [
    printable(`${size(bytes)} through ${gatewayName(report)}${time}`),
    ...(bytes === 0 && totals.forwarded.flows > 0 ? ['no line says how many bytes'] : []),
    `${counted(totals.forwarded.bytes, 'byte')} in ${counted(totals.forwarded.flows, 'flow')}, ${size(down)} down, ${size(up)} up; ${LEGS_WORDING[legs]}`,
  ];
}

/** The legs that count, in words. */
export const LEGS_WORDING: Readonly<Record<Report['legs'], string>> = {
  private: "the NAT gateway's private leg, so that each byte counts once",
  public: "the NAT gateway's public leg",
  all: 'all lines count',
};

const SOURCE_ALIGNS: readonly Align[] = [
  'left',
  'right',
  'right',
  'right',
  'right',
  'right',
  'left',
];

function sources({ sources: table, totals }: Report, unit: Unit): string[] {
  if (table.rows.length === 0) return [];
  const cells = ({ download, upload, bytes, share }: Omit<Row, 'cumulative'>) => [
    inUnit(download, unit),
    inUnit(upload, unit),
    inUnit(bytes, unit),
    percent(share),
  ];
  const row = (each: SourceRow) => [
    [each.address, each.id, each.name].filter(Boolean).join('  '),
    ...cells(each),
    percent(each.cumulative),
    each.mainPeer,
  ];
  return columns(
    [
      ['TOP SOURCES', 'down', 'up', unit.name, 'share', 'cum', 'main peer'],
      ...table.rows.map(row),
      ...others(table, (rest) => [...cells(rest), percent(1)]),
      [
        '',
        ...[totals.download, totals.upload, totals.forwarded].map(({ bytes }) =>
          inUnit(Number(bytes), unit),
        ),
      ],
    ],
    SOURCE_ALIGNS,
  );
}

function others<R>(
  { others: rest }: Table<R>,
  cells: (rest: Table<R>['others']) => string[],
): string[][] {
  if (rest.count === 0 && !rest.isAtLeast) return [];
  return [[`others (${rest.isAtLeast ? 'over ' : ''}${count(rest.count)})`, ...cells(rest)]];
}

function services({ services: table, totals, cost }: Report, unit: Unit): string[] {
  if (table.rows.length === 0) return [];
  const cells = ({ bytes, share, cost: amount }: Omit<Row, 'cumulative'>) => [
    inUnit(bytes, unit),
    percent(share),
    dollars(amount, 3),
  ];
  const row = (each: ServiceRow) => [serviceName(each.service), ...cells(each), each.advice || '-'];
  return columns(
    [
      ['BY AWS SERVICE', unit.name, 'share', 'cost', 'advice'],
      ...table.rows.map(row),
      ...others(table, cells),
      [
        '',
        inUnit(Number(totals.forwarded.bytes), unit),
        percent(1),
        dollars(cost.total, 3),
        avoidable(cost),
      ],
    ],
    ['left', 'right', 'right', 'right', 'left'],
  );
}

function avoidable({ avoidable: amount, avoidablePerDay }: Report['cost']): string {
  if (amount === 0) return '';
  const rate =
    avoidablePerDay === undefined ? '' : ` (at this rate ${dollars(avoidablePerDay)}/day)`;
  return `avoidable with gateway endpoints: ${dollars(amount, 3)}${rate}`;
}

function advice({ advice: list, cost }: Report): string[] {
  const commands = list.flatMap(({ command, saving, state }) => {
    if (command === undefined || saving === 0) return [];
    const share = cost.avoidable > 0 ? saving / cost.avoidable : 0;
    const rate =
      cost.avoidablePerDay === undefined
        ? ''
        : `, ${dollars(cost.avoidablePerDay * share)}/day at this rate`;
    const doubt = state === 'unknown' ? ', if there is none yet' : '';
    return [`  # saves ${dollars(saving, 3)}${rate}${doubt}`, `  ${command}`];
  });
  return commands.length === 0 ? [] : ['TO DO', ...commands];
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
  const { records, cost, reconciliation, recording, sources: table, region } = report;
  const { read, ok, nodata, skipdata, nonflow, malformed } = records;
  const share = reconciliation?.percent;
  return [
    ...(recording === undefined ? [] : [recordingText(recording)]),
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
    `price ${dollars(cost.perGib, 3)}/GiB (${cost.source}); recording these lines costs about ${dollars(cost.recording)}`,
  ].map(printable);
}
