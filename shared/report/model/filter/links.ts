import type { Link } from '../charts.ts';
import { serviceName } from '../labels.ts';
import { bandsOf, MOST_ADDRESSES } from '../links.ts';
import type { Report } from '../report.ts';
import type { Pair } from '../tables.ts';
import type { Colours } from './colours.ts';
import { destinationName, isAddress, sourceKey } from './dimensions.ts';
import type { Selected } from './select.ts';
import { sumsBy } from './tables.ts';

/** The bands of the diagram of what filters leave, and the addresses of its services. */
export function linksOf(
  selected: readonly Selected[],
  total: number,
  { groups, of }: Colours,
): Report['links'] {
  const numbers = new Map<string, number | undefined>();
  const pairs = selected.flatMap(({ source, target, amount }): Pair[] => {
    if (target.target === undefined) return [];
    const name = source === undefined ? '' : sourceKey(source);
    numbers.set(name, of(source));
    return [{ source: name, target: target.target, ...amount }];
  });
  const groupOf = (source: string) => numbers.get(source);
  return {
    sources: bandsOf(pairs, total, { ...groups, groupOf }),
    destinations: addressesOf(selected),
  };
}

/** The heaviest addresses of each AWS service, and the rest of its bytes. */
function addressesOf(selected: readonly Selected[]): Link[] {
  const services = Map.groupBy(selected, ({ target }) => target.service ?? '');
  services.delete('');
  return [...services].flatMap(([service, of]) => {
    const from = serviceName(service);
    const { rows } = sumsBy(of, ({ target }) => {
      const key = isAddress(target) ? destinationName(target) : undefined;
      return { key, row: () => ({ to: key ?? '' }) };
    });
    const links = rows.slice(0, MOST_ADDRESSES).map(({ to, bytes }) => ({ from, to, bytes }));
    const all = of.reduce((sum, { amount }) => sum + amount.bytes, 0);
    const rest = links.reduce((left, { bytes }) => left - bytes, all);
    return rest > 0 ? [...links, { from, to: 'others', bytes: rest }] : links;
  });
}
