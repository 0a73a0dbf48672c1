import { isPrivate } from './private-addresses.ts';
import {
  EGRESS,
  type FlowRecord,
  INGRESS,
  sameAddress,
  trueDestination,
  trueSource,
} from './record.ts';

/**
 * Which of a NAT gateway's records are meant. The gateway's interface logs each exchange four
 * times, so its bytes count twice: once on the client's side (private) and once translated (public).
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
 */
export const LEGS = ['all', 'private', 'public'] as const;
export type Legs = (typeof LEGS)[number];

/** Whether the gateway's own address stands on one side where the packet had another. */
export function isTranslated(flow: FlowRecord): boolean {
  return (
    !sameAddress(flow.source, trueSource(flow)) ||
    !sameAddress(flow.destination, trueDestination(flow))
  );
}

/**
 * Whether the line is the client's side of the exchange. A zonal gateway shows its own address in
 * place of the packet's there; a regional one does not, but then the direction and a private
 * address on one side only tell.
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

/** Whether the line belongs to the legs that are wanted. */
export function isWanted(flow: FlowRecord, legs: Legs): boolean {
  return legs === 'all' || isPrivateLeg(flow) === (legs === 'private');
}
