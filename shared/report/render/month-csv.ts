import type { MonthReport } from '../model/month.ts';
import type { MonthRow } from '../model/month-tables.ts';
import { csvCell } from './csv.ts';

const HEADER = [
  ...['table', 'account', 'region', 'gateway', 'vpc', 'address', 'id', 'name', 'target'],
  ...['recordings', 'by_alarm', 'by_hand', 'headlines', 'seconds', 'bytes', 'most_bytes'],
  'cost_usd',
] as const;
/** Members that are no column are left out. */
type Line = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The month's tables as RFC 4180 text, one line per row. The first column names the table; absent values are empty. */
export function monthCsv(report: MonthReport): string {
  const lines: Line[] = [
    ...report.gateways.map(({ byAlarm, byHand, dollars, ...each }) => ({
      ...{ table: 'gateways', ...each, recordings: byAlarm + byHand },
      ...{ by_alarm: byAlarm, by_hand: byHand, cost_usd: dollars },
    })),
    ...report.sources.rows.map((row) => ({ table: 'sources', ...row, ...amounts(row) })),
    others('sources', report.sources.others),
    ...report.targets.rows.map((row) => ({ table: 'targets', ...row, ...amounts(row) })),
    others('targets', report.targets.others),
    ...report.endpoints.map(({ service, dollars, ...each }) => ({
      ...{ table: 'endpoints', ...each, target: service, cost_usd: dollars },
    })),
  ];
  const rows = lines.map((line) => HEADER.map((column) => cellOf(line[column])));
  return [HEADER, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cellOf(value: Line[string]): string {
  return csvCell(typeof value === 'boolean' || value === null ? undefined : value);
}

function amounts({ mostBytes, dollars }: MonthRow): Line {
  return { most_bytes: mostBytes, cost_usd: dollars };
}

function others(table: string, { bytes, dollars }: { bytes: number; dollars: number }): Line {
  return { table, name: 'others', bytes, cost_usd: dollars };
}
