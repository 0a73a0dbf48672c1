import { NOW_SECONDS } from './export-lines.ts';

/** The fields of `exportableLine`. */
export const EXPORTABLE_FORMAT =
  'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags pkt-srcaddr pkt-dstaddr flow-direction action';
/** Unix seconds of the flow's beginning. */
export const START = NOW_SECONDS - 120;

/** A line of EXPORTABLE_FORMAT; by default a TCP flow without translation. */
export function exportableLine(values: Record<string, string | number | bigint> = {}): string {
  const source = values['srcaddr'] ?? '10.0.1.5';
  const destination = values['dstaddr'] ?? '203.0.113.5';
  const all: Record<string, string | number | bigint> = {
    'interface-id': 'eni-0a1b2c3d4e5f60718',
    srcaddr: source,
    dstaddr: destination,
    srcport: 49_152,
    dstport: 443,
    protocol: 6,
    packets: 10,
    bytes: 840,
    start: START,
    end: START + 58,
    'tcp-flags': 3,
    'pkt-srcaddr': source,
    'pkt-dstaddr': destination,
    'flow-direction': 'egress',
    action: 'ACCEPT',
    ...values,
  };
  return EXPORTABLE_FORMAT.split(' ')
    .map((name) => all[name])
    .join(' ');
}
