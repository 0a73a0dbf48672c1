import { count, counted, dollars, inUnit, percent, type Unit, unitFor } from '../../text/units.ts';
import type { Advice } from '../model/advice.ts';
import { adviceText, portName, protocolName, serviceName } from '../model/labels.ts';
import type { Report, Row, SourceRow, Table } from '../model/report.ts';
import { type CsvTable, renderCsv } from './csv.ts';
import { html, type Markup } from './markup.ts';

/** The cells of a row. Those of bytes also have the exact number, as value and tooltip. */
type Cell = (row: Omit<Row, 'cumulative'>) => Markup;

function bytesCell(bytes: number, unit: Unit): Markup {
  return html`<td class="n"><data value="${bytes}" title="${counted(bytes, 'byte')}">${inUnit(bytes, unit)}</data></td>`;
}

function shareCells({ share, cumulative }: { share: number; cumulative?: number }): Markup {
  const width = Math.max(0, Math.min(100, Math.round(share * 1000) / 10));
  return html`<td class="n">${percent(share)}</td><td class="share"><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="10"/><rect width="${width}" height="10"/></svg></td>${cumulative !== undefined && html`<td class="n">${percent(cumulative)}</td>`}`;
}

function scroll(label: string, table: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

function heads(names: readonly string[], numbers: readonly string[]): Markup {
  return html`<thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}${numbers.map((name) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead>`;
}

/** The sum of the rows that the table does not show, so that every column adds up. */
function othersRow<R>({ others }: Table<R>, span: number, cells: Cell): Markup | undefined {
  if (others.count === 0 && !others.isAtLeast) return undefined;
  const number = `${others.isAtLeast ? 'over ' : ''}${count(others.count)}`;
  return html`<tr class="rest"><th scope="row" colspan="${span}">others (${number})</th>${cells(others)}</tr>`;
}

/** A note on how much a row can be too low; undefined when all rows are exact. */
function errorNote<R>({ error }: Table<R>, unit: Unit): Markup | undefined {
  if (error === 0) return undefined;
  return html`<p class="note">There were too many to keep apart: a row may lack up to ${inUnit(error, unit)} ${unit.name}, and one with more cannot be missing.</p>`;
}

/** A link that saves a table as CSV; the file is part of the page. */
export function csvLink(report: Report, table: CsvTable): Markup {
  const text = encodeURIComponent(renderCsv(report, [table]));
  return html`<p class="files"><a download="${table}.csv" href="data:text/csv;charset=utf-8,${text}">Save as CSV</a></p>`;
}

/** The table of sources. */
export function sourcesTable(report: Report): Markup {
  const { sources: table, totals, cost } = report;
  const unit = unitFor(Number(totals.forwarded.bytes));
  const amounts: Cell = ({ download, upload, bytes }) =>
    html`${[download, upload, bytes].map((each) => bytesCell(each, unit))}`;
  const money = (amount: number | null) => html`<td class="n">${dollars(amount)}</td>`;
  const rows = table.rows.map(
    (
      row,
    ) => html`<tr><th scope="row">${row.address}${nameLine(row)}</th><td>${row.mainPeer}</td>${amounts(row)}${shareCells(row)}${money(row.cost)}</tr>
`,
  );
  return html`${scroll(
    'Top sources',
    html`<table id="sources-table"><caption>${unit.name}; down is towards the client, up is away from it</caption>
<thead><tr><th scope="col">Source</th><th scope="col">Main peer</th><th scope="col" class="n">Down</th><th scope="col" class="n">Up</th><th scope="col" class="n">Total</th><th scope="col" class="n" colspan="2">Share</th><th scope="col" class="n">Cumulative</th><th scope="col" class="n">Cost</th></tr></thead>
<tbody>${rows}${othersRow(table, 2, (row) => html`${amounts(row)}${shareCells({ share: row.share, cumulative: 1 })}${money(row.cost)}`)}</tbody>
<tfoot><tr><th scope="row" colspan="2">All</th>${[totals.download, totals.upload, totals.forwarded].map(({ bytes }) => bytesCell(Number(bytes), unit))}<td colspan="3"></td>${money(cost.total)}</tr></tfoot></table>`,
  )}${errorNote(table, unit)}`;
}

function nameLine({ id, name }: SourceRow): Markup | undefined {
  if (!id && !name) return undefined;
  return html`<span class="name">${name && html`<bdi>${name}</bdi> `}<bdi>${id}</bdi></span>`;
}

/** The table of services, with what their gateway endpoints would save. */
export function servicesTable(report: Report): Markup {
  const { services: table, totals, cost } = report;
  const unit = unitFor(Number(totals.forwarded.bytes));
  const rows = table.rows.map((row) => {
    const advice = report.advice.filter(({ service }) => service === row.service);
    const saving = advice.reduce((sum, each) => sum + each.saving, 0);
    return html`<tr><th scope="row">${serviceName(row.service)}</th>${bytesCell(row.bytes, unit)}${shareCells({ share: row.share })}<td class="n">${dollars(row.cost)}</td><td class="n">${dollars(withEndpoints(row.cost, saving))}</td><td>${advice.length > 0 ? advice.map(adviceLine) : row.advice || '–'}</td></tr>
`;
  });
  const rest: Cell = (row) =>
    html`${bytesCell(row.bytes, unit)}${shareCells({ share: row.share })}<td class="n">${dollars(row.cost)}</td><td class="n">${dollars(row.cost)}</td><td></td>`;
  return scroll(
    'Services and endpoints',
    html`<table id="services-table"><caption>${unit.name}; what it costs as it is, and with gateway endpoints</caption>
<thead><tr><th scope="col">Service</th><th scope="col" class="n">Total</th><th scope="col" class="n" colspan="2">Share</th><th scope="col" class="n">Cost</th><th scope="col" class="n">With endpoints</th><th scope="col">Endpoint</th></tr></thead>
<tbody>${rows}${othersRow(table, 1, rest)}</tbody>
<tfoot><tr><th scope="row">All</th>${bytesCell(Number(totals.forwarded.bytes), unit)}<td colspan="2"></td><td class="n">${dollars(cost.total)}</td><td class="n">${dollars(withEndpoints(cost.total, cost.avoidable))}</td><td></td></tr></tfoot></table>`,
  );
}

function withEndpoints(cost: number | null, saving: number): number | null {
  return cost === null ? null : cost - saving;
}

const STATES: Readonly<Record<Advice['state'], { readonly name: string; readonly style: string }>> =
  {
    missing: { name: 'missing', style: 'todo' },
    'route-table-missing': { name: 'incomplete', style: 'todo' },
    'in-place': { name: 'in place', style: 'done' },
    unknown: { name: 'not checked', style: 'todo' },
    elsewhere: { name: 'elsewhere', style: '' },
  };

function adviceLine(advice: Advice): Markup {
  const { name, style } = STATES[advice.state];
  return html`<div><span class="state ${style}">${name}</span>: ${adviceText(advice)}</div>`;
}

/** The table of destinations. */
export function destinationsTable(report: Report): Markup {
  const { destinations: table, totals } = report;
  const unit = unitFor(Number(totals.forwarded.bytes));
  const cells: Cell = ({ bytes, share }) =>
    html`${bytesCell(bytes, unit)}<td class="n">${percent(share)}</td>`;
  return html`${scroll(
    'Destinations',
    html`<table id="destinations-table"><caption>${unit.name}</caption>${heads(['Address', 'Service', 'Port'], ['Total', 'Share'])}
<tbody>${table.rows.map(
      (
        row,
      ) => html`<tr><th scope="row">${row.address}</th><td>${serviceName(row.service)}</td><td>${portName(row)}</td>${cells(row)}</tr>
`,
    )}${othersRow(table, 3, cells)}</tbody></table>`,
  )}${errorNote(table, unit)}`;
}

/** The table of ports. */
export function portsTable(report: Report): Markup {
  const { ports: table, totals } = report;
  const unit = unitFor(Number(totals.forwarded.bytes));
  const cells: Cell = ({ bytes, share }) =>
    html`${bytesCell(bytes, unit)}<td class="n">${percent(share)}</td>`;
  return scroll(
    'Ports and protocols',
    html`<table id="ports-table"><caption>${unit.name}</caption>${heads(['Port', 'Protocol'], ['Total', 'Share'])}
<tbody>${table.rows.map(
      (
        row,
      ) => html`<tr><th scope="row">${row.port || '–'}</th><td>${protocolName(row.protocol)}</td>${cells(row)}</tr>
`,
    )}${othersRow(table, 2, cells)}</tbody></table>`,
  );
}

/** The table of rejected flows. */
export function rejectsTable({ rejects }: Report): Markup {
  if (rejects.flows === 0) return html`<p>Nothing was refused.</p>`;
  return scroll(
    'Rejected flows',
    html`<table id="rejects-table"><caption>${counted(rejects.flows, 'flow')} of all legs; what is refused is not billed</caption>${heads(['Source', 'Destination', 'Port'], ['Flows', 'Bytes'])}
<tbody>${rejects.rows.map(
      (
        row,
      ) => html`<tr><th scope="row">${row.source}</th><td>${row.destination}</td><td>${portName(row)}</td><td class="n">${count(row.flows)}</td><td class="n">${count(row.bytes)}</td></tr>
`,
    )}</tbody></table>`,
  );
}
