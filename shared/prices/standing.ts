/**
 * What a stack costs in a month in which nothing is recorded, in US dollars: the alarms on natflow itself, the key of the
 * notifications and the sweep. The table below Cost in docs/operating.md has each, with where its price is from. A
 * dashboard is not counted, because an account's first three are free.
 */
const STACK = 1.8 + 1 + 0.05;
/** The alarm of a NAT gateway. */
const GATEWAY = 0.2;

/** The standing cost of stacks and their gateways' alarms in a month, by the prices of us-east-1. */
export function standingCost(stacks: number, gateways: number): number {
  return stacks * STACK + gateways * GATEWAY;
}
