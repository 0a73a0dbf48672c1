import type { Flow } from '../flow.ts';
import type { Seen } from './seen.ts';

/** The parts of a flow that a decoder keeps or not, beside its addresses, ports and protocol, which identify it. */
const PARTS = {
  counters: ['packets', 'bytes'],
  times: ['start', 'end'],
  'TCP flags': ['tcpFlags'],
  direction: ['direction'],
  'translated addresses': ['postNatSource', 'postNatDestination'],
} as const satisfies Readonly<Record<string, readonly (keyof Flow)[]>>;

/** Addresses, ports and protocol. Either end first, because ra takes the one that it thinks is the client. */
function key({ source, destination, sourcePort = 0, destinationPort = 0, protocol }: Seen): string {
  const ends = [`${source} ${sourcePort}`, `${destination} ${destinationPort}`];
  // ra shows no ports of protocols that it does not know to have them.
  const ports = protocol === 6 || protocol === 17 ? ends : [`${source}`, `${destination}`];
  return `${protocol} ${ports.sort().join(' ')}`;
}

/** Flows by what identifies them; those of v5 whose counters were split are added up. */
function byKey(flows: readonly Seen[]): Map<string, Seen> {
  const all = new Map<string, Seen>();
  for (const flow of flows) {
    const before = all.get(key(flow));
    const sum = (name: 'packets' | 'bytes') => (before?.[name] ?? 0n) + (flow[name] ?? 0n);
    all.set(key(flow), { ...flow, packets: sum('packets'), bytes: sum('bytes') });
  }
  return all;
}

/**
 * What a decoder kept of the flows that were sent, in words: `all`, `all but …`, or how many of them; with `some` of a part
 * when it is right in some flows alone.
 */
export function keptOf(sent: readonly Flow[], seen: readonly Seen[]): string {
  const found = byKey(seen);
  const flows = [...byKey(sent)].map(([name, flow]) => ({ flow, found: found.get(name) }));
  const there = flows.filter((each) => each.found !== undefined);
  const faults = Object.entries(PARTS).flatMap(([part, names]) => {
    const told = there.filter(({ flow }) =>
      names.some((name) => flow[name] !== undefined && flow[name] !== ''),
    );
    const right = told.filter(({ flow, found }) =>
      names.every((name) => flow[name] === found?.[name]),
    );
    if (right.length === told.length) return [];
    return right.length === 0 ? [part] : [`${part} of ${told.length - right.length} flows`];
  });
  const strange = [...found.keys()].filter((name) => !flows.some(({ flow }) => key(flow) === name));
  const count = there.length === flows.length ? 'all' : `${there.length} of ${flows.length} flows`;
  const but = faults.length > 0 ? ` but ${faults.join(', ')}` : '';
  return count + but + (strange.length > 0 ? `; ${strange.length} that were not sent` : '');
}
