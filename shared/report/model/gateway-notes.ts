import { counted, size } from '../../text/units.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import type { Interface } from '../measure/interface.ts';
import type { Report } from './report.ts';

/** What the proof that bytes went through a NAT gateway rests on, and what would prove the rest. */
export function notesOf(aggregate: Aggregate, { notProven }: Report['totals']): string[] {
  const { interfaces } = aggregate;
  const byLines = interfaces.filter(({ by, through }) => by === 'lines' && through.length > 0);
  const others = interfaces.filter((each) => each.notProven.some(({ flows }) => flows > 0));
  return [
    ...(byLines.length > 0 ? [byLinesNote(byLines)] : []),
    ...(notProven.flows > 0 ? [notProvenNote(notProven, others)] : []),
  ];
}

function byLinesNote(gateways: readonly Interface[]): string {
  const names = gateways.map(({ name }) => name).join(', ');
  const isOne = gateways.length === 1;
  const [count, its] = isOne
    ? ['counts as a NAT gateway', 'its']
    : ['count as NAT gateways', 'their'];
  return `${names} ${count} by ${its} lines; a NAT instance's look the same. --vpc FILE with its NatGateways, or --nat ID, confirms it.`;
}

function notProvenNote(
  { bytes, flows, interfaces }: Report['totals']['notProven'],
  others: readonly Interface[],
): string {
  const amount = `${size(Number(bytes))} in ${counted(flows, 'flow')} at ${counted(interfaces, 'interface')}`;
  const isAre = flows === 1 ? 'is' : 'are';
  if (others.every(({ isOther }) => isOther)) {
    return `${amount} ${isAre} not a NAT gateway's, and ${isAre} not priced.`;
  }
  const isKnown = others.some(({ by }) => by !== undefined);
  const reason = isKnown
    ? "these lines do not tell the gateway's legs apart: record pkt-srcaddr and pkt-dstaddr."
    : '--vpc FILE with its NatGateways, or --nat ID, would prove it.';
  return `${amount} ${isAre} not proven to have gone through a NAT gateway, and ${isAre} not priced: ${reason}`;
}
