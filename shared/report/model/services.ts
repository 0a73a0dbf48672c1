import type { Aggregate } from '../measure/aggregate.ts';
import type { Advice } from './advice.ts';
import { elsewhereText } from './elsewhere.ts';
import { adviceText } from './labels.ts';
import type { ServiceRow, Table } from './report.ts';
import { amountOf, type Basis, plus, serviceOf, toTable } from './tables.ts';

/** AWS names about thirty services and a gateway sees a few of them, so even a short table shows these. */
const LEAST_SERVICES = 12;

/** The AWS services, and all peers outside AWS. A short table has all of them too. */
export function servicesTable(
  aggregate: Aggregate,
  basis: Basis,
  advice: readonly Advice[],
  home: string,
): Table<ServiceRow> {
  const { services } = aggregate.tables;
  const rows = new Map<number, Omit<ServiceRow, 'share' | 'cumulative' | 'cost' | 'download'>>();
  for (const entry of services.ranked()) {
    const [id = 0] = services.keyOf(entry);
    const before = rows.get(id) ?? { bytes: 0, upload: 0, flows: 0 };
    const { bytes, upload, flows } = amountOf(services, entry);
    const service = serviceOf(aggregate, id);
    rows.set(id, {
      service,
      advice: adviceTexts(service, advice),
      ...plus(before, { bytes, upload, flows }),
    });
  }
  for (const [id, row] of rows) {
    const part = aggregate.parts?.part(id);
    if (part === undefined || part.region === '') continue;
    const { upload, bytes } = row;
    const text = elsewhereText({ ...part, home, upload, download: bytes - upload });
    rows.set(id, { ...row, advice: text });
  }
  const ranked = [...rows.values()].sort((a, b) => b.bytes - a.bytes || b.flows - a.flows);
  const top = Math.max(basis.top, LEAST_SERVICES);
  const rest = { count: Math.max(0, ranked.length - top), isAtLeast: false, error: services.error };
  return toTable(ranked.slice(0, top), rest, basis);
}

function adviceTexts(service: string | null | undefined, advice: readonly Advice[]): string {
  const texts = advice.filter((each) => each.service === service).map(adviceText);
  return [...new Set(texts)].join('; ');
}
