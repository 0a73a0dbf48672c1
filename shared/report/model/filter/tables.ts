import type { CellSource, CellTarget } from '../cells.ts';
import { groupText } from '../group-by.ts';
import { portName, serviceName, sourceName } from '../labels.ts';
import { type Organization, organizationText } from '../organizations.ts';
import type { Report, Row, Table } from '../report.ts';
import { type Amount, type Basis, plus, toTable } from '../tables.ts';
import type { Colours } from './colours.ts';
import { destinationName, isAddress, isPort, nameIn, portLabel, sourceKey } from './dimensions.ts';
import type { Selected } from './select.ts';

/** Sums of what has the same key, in descending order; what has none is left out. */
export function sumsBy<T extends object>(
  selected: readonly Selected[],
  rowOf: (each: Selected) => { readonly key: string | undefined; readonly row: () => T },
): { readonly rows: (T & Amount)[]; readonly isAtLeast: boolean } {
  const sums = new Map<string, T & Amount>();
  let isAtLeast = false;
  for (const each of selected) {
    const { key, row } = rowOf(each);
    if (key === undefined) isAtLeast = true;
    else {
      const before = sums.get(key);
      sums.set(key, { ...(before ?? row()), ...plus(before, each.amount) });
    }
  }
  const rows = [...sums.values()].sort((a, b) => b.bytes - a.bytes || b.flows - a.flows);
  return { rows, isAtLeast };
}

function tableBy<T extends object>(
  selected: readonly Selected[],
  basis: Basis,
  rowOf: Parameters<typeof sumsBy<T>>[1],
): Table<T & Row> {
  const { rows, isAtLeast } = sumsBy(selected, rowOf);
  const count = Math.max(0, rows.length - basis.top);
  return toTable(rows.slice(0, basis.top), { count, isAtLeast, error: 0 }, basis);
}

/** The tables of what filters leave. */
export function tablesOf(
  report: Report,
  selected: readonly Selected[],
  basis: Basis,
  { of }: Colours,
) {
  const table = <T extends object>(rowOf: Parameters<typeof sumsBy<T>>[1]) =>
    tableBy(selected, basis, rowOf);
  const sourceRow = (source: CellSource | undefined) => {
    const { label: _, ...who } = source ?? { address: '' };
    return { ...who, group: of(source) };
  };
  const mainPeers = mainPeersOf(selected);
  return {
    pairs: table(({ source, target: { target } }) => ({
      key: source && target && JSON.stringify([sourceKey(source), target]),
      row: () => ({ ...sourceRow(source), target: target ?? '' }),
    })),
    sources: table(({ source }) => ({
      key: source && sourceKey(source),
      row: () => ({ ...sourceRow(source), mainPeer: mainPeers.get(source) ?? '' }),
    })),
    services: table(({ target: { service } }) => ({
      key: String(service),
      row: () => ({ service, advice: adviceIn(report, service) }),
    })),
    domains:
      report.domains &&
      table(({ target: { domain } }) => ({
        key: domain === undefined ? undefined : (domain ?? ''),
        row: () => ({ domain: domain ?? null }),
      })),
    organizations:
      report.organizations &&
      table(({ target: { owner } }) => ({
        key: owner && organizationText(owner),
        row: (): Organization => owner ?? { of: 'none', asn: null, organization: null },
      })),
    destinations: table(({ target }) => ({
      key: isAddress(target)
        ? `${destinationName(target)} ${target.name} ${target.service}`
        : undefined,
      row: () => destinationRow(target),
    })),
    ports: table(({ target }) => ({
      key: isPort(target) ? portLabel(target) : undefined,
      row: () => ({ port: target.port ?? 0, protocol: target.protocol ?? 0 }),
    })),
    grouping: report.grouping && groupingOf(report, report.grouping, selected, basis),
  };
}

function destinationRow(target: CellTarget) {
  const { address = '', name, service, port = 0, protocol = 0, owner } = target;
  const { asn, organization } = owner ?? {};
  const announced = asn == null ? {} : { asn, organization: organization ?? undefined };
  return { address, name, ...announced, service, port, protocol };
}

function adviceIn({ services }: Report, service: string | null | undefined): string {
  return services.rows.find((row) => row.service === service)?.advice ?? '';
}

function mainPeersOf(selected: readonly Selected[]): Map<CellSource | undefined, string> {
  const bySource = Map.groupBy(selected, ({ source }) => source);
  return new Map(
    [...bySource].map(([source, of]) => {
      const { rows } = sumsBy(of, ({ target }) => {
        const name = peerName(target);
        return { key: name, row: () => ({ name }) };
      });
      const most = rows.filter(({ bytes }) => bytes === rows[0]?.bytes);
      return [source, most.map(({ name }) => name).sort()[0] ?? ''];
    }),
  );
}

function peerName(target: CellTarget): string {
  const name = target.target ?? serviceName(target.service);
  const port = isPort(target) ? portName(target) : '-';
  return port === '-' ? name : `${name} :${port}`;
}

function groupingOf(
  report: Report,
  grouping: NonNullable<Report['grouping']>,
  selected: readonly Selected[],
  basis: Basis,
): NonNullable<Report['grouping']> {
  const { of, by } = grouping;
  const labelOf = ({ source, target }: Selected) => nameIn('label', report, source, target);
  const groups = tableBy(selected, basis, (each) => {
    const key = labelOf(each);
    const label = key === groupText(null, by) ? null : (key ?? null);
    return { key, row: () => ({ label, members: 0 }) };
  });
  const pairs = tableBy(selected, basis, (each) => {
    const label = labelOf(each);
    const from = of === 'sources' ? label : each.source && sourceName(each.source);
    const to = of === 'sources' ? each.target.target : label;
    const key = from === undefined || to === undefined ? undefined : JSON.stringify([from, to]);
    return { key, row: () => ({ from: from ?? '', to: to ?? '' }) };
  });
  return { ...grouping, groups, pairs };
}
