import { NOT_TOLD, openerOf, SOURCE } from './opener.ts';
import { isPrivate } from './private-addresses.ts';
import {
  type Address,
  EGRESS,
  type FlowRecord,
  INGRESS,
  sameAddress,
  trueDestination,
  trueSource,
} from './record.ts';

/**
 * A choice among a NAT gateway's lines. The gateway's interface logs each exchange four times, so its
 * bytes count twice: once on the client's side (private leg) and once translated (public leg).
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
 */
export const LEGS = ['all', 'private', 'public'] as const;
export type Legs = (typeof LEGS)[number];

/** Whether the addresses of the line differ from the packet's: one of them is the gateway's own. */
export function isTranslated(flow: FlowRecord): boolean {
  return (
    !sameAddress(flow.source, trueSource(flow)) ||
    !sameAddress(flow.destination, trueDestination(flow))
  );
}

/**
 * Whether the line is of the private leg, the client's side of the exchange. There, a zonal gateway logs
 * its own address in place of the packet's. A regional gateway does not: the line is recognised by its
 * direction and by a private address on one side only.
 */
export function isPrivateLeg(flow: FlowRecord): boolean {
  if (!flow.regional) return isTranslated(flow);
  const fromClient = isPrivate(flow.source);
  const toClient = isPrivate(flow.destination);
  return (
    isTranslated(flow) ||
    (flow.direction === INGRESS && fromClient && !toClient) ||
    (flow.direction === EGRESS && toClient && !fromClient)
  );
}

/** Whether the line is of one of these legs. */
export function isWanted(flow: FlowRecord, legs: Legs): boolean {
  return legs === 'all' || isPrivateLeg(flow) === (legs === 'private');
}

/**
 * The leg of a line that lacks packet addresses, at a NAT gateway whose own address is one of its ends: public when
 * the other end is not private or the gateway opened the connection, private when the other end did; undefined
 * when neither is told.
 */
export function legByOwnAddress(flow: FlowRecord, own: Address): 'private' | 'public' | undefined {
  const isFromOwn = sameAddress(flow.source, own);
  if (!isPrivate(isFromOwn ? flow.destination : flow.source)) return 'public';
  const opener = openerOf(flow);
  if (opener === NOT_TOLD) return undefined;
  return (opener === SOURCE) === isFromOwn ? 'public' : 'private';
}
