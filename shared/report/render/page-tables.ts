import { costOf } from '../../prices/prices.ts';
import { count, counted, inUnit, type Unit, unitFor } from '../../text/units.ts';
import { elsewhereTexts } from '../model/elsewhere.ts';
import {
  besideName,
  isPriced,
  portName,
  protocolName,
  serviceName,
  sourceName,
} from '../model/labels.ts';
import type { DestinationRow, PairRow, Report, ServiceRow, SourceRow } from '../model/report.ts';
import { type Amounts, allAmounts } from './amounts.ts';
import { type CsvTable, renderCsv } from './csv.ts';
import { html, type Markup } from './markup.ts';
import {
  bytesColumn,
  type Column,
  type Content,
  colourOf,
  errorNote,
  moneyColumns,
  pageTable,
  SHARE_COLUMN,
} from './page-table.ts';

/** A link that saves a table as CSV; the file is part of the page. */
export function csvLink(report: Report, table: CsvTable): Markup {
  const text = encodeURIComponent(renderCsv(report, [table]));
  return html`<p class="files"><a download="${table}.csv" href="data:text/csv;charset=utf-8,${text}">Save as CSV</a></p>`;
}

/** The most bands that the table of groups has. */
const MOST_BANDS = 10;

/** The unit of all tables of bytes. */
export function unitOf({ totals }: Report): Unit {
  return unitFor(Number(totals.forwarded.bytes));
}

const BYTES = ({ bytes }: Amounts) => bytes;

/** The columns that all tables of bytes have. */
export function amountColumns(report: Report, unit: Unit) {
  return [bytesColumn('Total', unit, BYTES, 'bytes'), SHARE_COLUMN, ...moneyColumns(report)];
}

/** The heaviest pairs of source and target, as a table on a desk and as a ranked list on a phone. */
export function pairsTable(report: Report): Markup {
  const { pairs: table } = report;
  const unit = unitOf(report);
  const columns: Column<PairRow>[] = [
    {
      kind: 'name',
      head: 'Source → target',
      cell: (row) =>
        html`${swatch(row.group)}<bdi>${sourceName(row)}</bdi> → <bdi>${row.target}</bdi>${addressLine(row)}`,
    },
    ...amountColumns(report, unit),
  ];
  return html`${pageTable({
    ...{
      id: 'pairs-table',
      label: 'Heaviest pairs',
      caption: 'The heaviest pairs, over all ports',
    },
    ...{ columns, rows: table.rows, others: table.others, sum: allAmounts(report) },
  })}${errorNote(table, unit)}${csvLink(report, 'pairs')}`;
}

/** The heaviest bands of the diagram, which for grouped sources are those of whole groups. */
export function groupsTable(report: Report): Markup {
  const total = Number(report.totals.forwarded.bytes);
  const rows = report.links.sources.slice(0, MOST_BANDS).map((band) => ({
    ...band,
    ...{ upload: 0, download: 0, flows: 0, share: band.bytes / total },
    cost: isPriced(report) ? costOf(band.bytes, report.cost.perGib) : null,
  }));
  return pageTable({
    id: 'groups-table',
    label: 'Heaviest groups',
    caption: 'The heaviest groups of sources and their targets',
    columns: [
      {
        kind: 'name',
        head: 'Group → target',
        cell: ({ from, to, group }) => html`${swatch(group)}${from} → ${to}`,
      },
      ...amountColumns(report, unitOf(report)),
    ],
    rows,
  });
}

/** The colour of a source group, beside the name of a source. */
function swatch(group: number | undefined): Markup {
  return html`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="${colourOf(group)}" width="10" height="10" rx="2"/></svg>`;
}

/** The address below a name; nothing where the address is all there is to name. */
function addressLine(row: SourceRow | PairRow) {
  const more = besideName(row).join(' · ');
  return more !== '' && html`<span class="address"><bdi>${more}</bdi></span>`;
}

/** The table of sources. */
export function sourcesTable(report: Report): Markup {
  const { sources: table } = report;
  const unit = unitOf(report);
  const columns: Column<SourceRow>[] = [
    {
      kind: 'name',
      head: 'Source',
      cell: (row) => html`${swatch(row.group)}<bdi>${sourceName(row)}</bdi>${addressLine(row)}`,
    },
    { kind: 'text', head: 'Main peer', cell: ({ mainPeer }) => mainPeer },
    bytesColumn('Down', unit, ({ download }) => download),
    bytesColumn('Up', unit, ({ upload }) => upload),
    ...amountColumns(report, unit),
  ];
  return html`${pageTable({
    id: 'sources-table',
    label: 'Top sources',
    caption: 'Down is towards the source, up is away from it',
    ...{ columns, rows: table.rows, others: table.others, sum: allAmounts(report) },
  })}${errorNote(table, unit)}${csvLink(report, 'sources')}`;
}

/** The table of targets by service; a service with several addresses opens to them. */
export function servicesTable(report: Report): Markup {
  const { services: table } = report;
  const unit = unitOf(report);
  const columns: Column<ServiceRow>[] = [
    { kind: 'name', head: 'Service', cell: (row) => serviceCell(row, report, unit) },
    ...amountColumns(report, unit),
  ];
  return html`${pageTable({
    id: 'services-table',
    label: 'Targets by service',
    caption: 'AWS names the service of an address; not AWS is everything else',
    ...{ columns, rows: table.rows, others: table.others, sum: allAmounts(report) },
  })}${elsewhereTexts(report).map((sentence) => html`<p class="note">${sentence}.</p>`)}${csvLink(report, 'services')}`;
}

function serviceCell({ service }: ServiceRow, { links }: Report, unit: Unit): Markup {
  const name = serviceName(service);
  const addresses = links.destinations.filter(({ from }) => from === name);
  if (addresses.length === 0) return html`${name}`;
  return html`<details><summary>${name}</summary><ul class="addresses">${addresses.map(({ to, bytes }) => html`<li>${to} <span class="amount">${inUnit(bytes, unit)} ${unit.name}</span></li>`)}</ul></details>`;
}

/** The table of destinations. */
export function destinationsTable(report: Report): Markup {
  const { destinations: table } = report;
  const unit = unitOf(report);
  return html`${pageTable({
    id: 'destinations-table',
    label: 'Destinations',
    caption: 'Peers by address and port',
    columns: [
      { kind: 'name', head: 'Address', cell: destinationCell },
      { kind: 'text', head: 'Service', cell: ({ service }) => serviceName(service) },
      { kind: 'text', head: 'Port', cell: portName },
      ...amountColumns(report, unit),
    ],
    ...{ rows: table.rows, others: table.others },
  })}${errorNote(table, unit)}${csvLink(report, 'destinations')}`;
}

function destinationCell({ address, name }: DestinationRow): Content {
  if (name === undefined) return address;
  return html`<bdi>${name}</bdi><span class="address"><bdi>${address}</bdi></span>`;
}

/** The table of ports. */
export function portsTable(report: Report): Markup {
  const { ports: table } = report;
  return html`${pageTable({
    id: 'ports-table',
    label: 'Ports and protocols',
    caption: "Ports of the peers; a flow's own protocol",
    columns: [
      { kind: 'name', head: 'Port', cell: ({ port }) => port || '–' },
      { kind: 'text', head: 'Protocol', cell: ({ protocol }) => protocolName(protocol) },
      ...amountColumns(report, unitOf(report)),
    ],
    ...{ rows: table.rows, others: table.others },
  })}${csvLink(report, 'ports')}`;
}

/** The table of rejected flows. */
export function rejectsTable(report: Report): Markup {
  const { flows, rows } = report.rejects;
  if (flows === 0) return html`<p>Nothing was refused.</p>`;
  return html`${pageTable({
    id: 'rejects-table',
    label: 'Rejected flows',
    caption: `${counted(flows, 'flow')} of all legs; what is refused is not billed`,
    columns: [
      { kind: 'name', head: 'Source', cell: ({ source }) => source },
      { kind: 'text', head: 'Destination', cell: ({ destination }) => destination },
      { kind: 'text', head: 'Port', cell: portName },
      { kind: 'number', head: 'Flows', cell: ({ flows: number }) => count(number) },
      { kind: 'number', head: 'Bytes', cell: ({ bytes }) => count(bytes) },
    ],
    rows,
  })}${csvLink(report, 'rejects')}`;
}
