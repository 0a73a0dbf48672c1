import { printable } from '../../text/printable.ts';
import { NO_DOMAIN } from '../model/domains.ts';
import { protocolName, serviceName } from '../model/labels.ts';
import { organizationText } from '../model/organizations.ts';
import type { Report, Row, Table } from '../model/report.ts';

/** The tables of a report, by the name of their member. */
const CSV_TABLES = [
  ...(['sources', 'services', 'destinations', 'ports', 'rejects', 'pairs'] as const),
  ...(['domains', 'organizations', 'groups', 'group_pairs'] as const),
] as const;
/** The name of a table. */
export type CsvTable = (typeof CSV_TABLES)[number];

const HEADER = [
  'table',
  'address',
  'id',
  'name',
  'service',
  'destination',
  'port',
  'protocol',
  'upload_bytes',
  'download_bytes',
  'bytes',
  'flows',
  'share',
  'cumulative_share',
  'cost_usd',
] as const;
/** Further columns, where the report has AS numbers, and where it is grouped. */
const ASN = ['asn', 'organization'] as const;
const GROUP = 'group';
type Column = (typeof HEADER)[number] | (typeof ASN)[number] | typeof GROUP;
type Line = Partial<Record<Column, string | number | undefined>>;

/** Tables as RFC 4180 text, one line per row. The first column names the table; absent values are empty. */
export function renderCsv(report: Report, tables: readonly CsvTable[] = CSV_TABLES): string {
  const lines = tables.flatMap((table) =>
    linesOf(report, table).map((line) => ({ table, ...line })),
  );
  const header: Column[] = [
    ...HEADER,
    ...(report.organizations === undefined ? [] : ASN),
    ...(report.grouping === undefined ? [] : ([GROUP] as const)),
  ];
  const rows = lines.map((line: Line) => header.map((column) => csvCell(line[column])));
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** How a formula begins (https://owasp.org/www-community/attacks/CSV_Injection), in full width as well. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as they are. */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = printable(value);
  const shown = FORMULA.test(text) ? `'${text}` : text;
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function linesOf(report: Report, table: CsvTable): Line[] {
  switch (table) {
    case 'pairs':
      return rowLines(report.pairs, ({ address, id, name, target }) => ({
        ...{ address, id, name, destination: target },
      }));
    case 'sources':
      return rowLines(report.sources, ({ address, id, name }) => ({ address, id, name }));
    case 'services':
      return rowLines(report.services, ({ service }) => ({ service: serviceName(service) }));
    case 'destinations':
      return rowLines(report.destinations, ({ service, protocol, ...row }) => ({
        ...{ address: row.address, name: row.name, port: row.port },
        ...{ asn: row.asn, organization: row.organization },
        ...{ service: serviceName(service), protocol: protocolName(protocol) },
      }));
    case 'ports':
      return rowLines(report.ports, ({ port, protocol }) => ({
        port,
        protocol: protocolName(protocol),
      }));
    case 'domains':
      return domainLines(report);
    case 'organizations':
      return organizationLines(report);
    case 'groups':
      return groupLines(report);
    case 'group_pairs':
      return groupPairLines(report);
    case 'rejects':
      return report.rejects.rows.map(({ source, destination, port, protocol, flows, bytes }) => ({
        address: source,
        destination,
        port,
        protocol: protocolName(protocol),
        flows,
        bytes,
      }));
  }
}

function domainLines({ domains }: Report): Line[] {
  return domains === undefined
    ? []
    : rowLines(domains, ({ domain }) => ({ name: domain ?? NO_DOMAIN }));
}

function organizationLines({ organizations }: Report): Line[] {
  if (organizations === undefined) return [];
  return rowLines(organizations, (row) => ({
    ...{ name: organizationText(row), asn: row.asn ?? undefined },
    organization: row.organization ?? undefined,
  }));
}

function groupLines({ grouping }: Report): Line[] {
  if (grouping === undefined) return [];
  return rowLines(grouping.groups, ({ label }) => ({ group: label ?? undefined }));
}

/** A group has its column; a source is named, and a target is a destination. */
function groupPairLines({ grouping }: Report): Line[] {
  if (grouping === undefined) return [];
  return rowLines(grouping.pairs, ({ from, to }) =>
    grouping.of === 'sources' ? { group: from, destination: to } : { name: from, group: to },
  );
}

function rowLines<R extends Row>({ rows, others }: Table<R>, keyOf: (row: R) => Line): Line[] {
  const amounts = ({ upload, download, bytes, flows, share, cost }: Omit<Row, 'cumulative'>) => ({
    upload_bytes: upload,
    download_bytes: download,
    bytes,
    flows,
    share: round(share),
    cost_usd: cost === null ? undefined : round(cost),
  });
  const lines: Line[] = rows.map((row) => ({
    ...keyOf(row),
    ...amounts(row),
    cumulative_share: round(row.cumulative),
  }));
  if (others.count === 0 && !others.isAtLeast) return lines;
  return [...lines, { name: 'others', ...amounts(others), cumulative_share: 1 }];
}

function round(number: number): number {
  return Number(number.toFixed(6));
}
