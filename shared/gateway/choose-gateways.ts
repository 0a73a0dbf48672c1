import { gatewayName, isAlive, isNatGatewayId, type NatGateway } from './nat-gateway.ts';

/** What the choice reads of a gateway. */
export type Gateway = Pick<NatGateway, 'id' | 'state' | 'tags' | 'vpcId'>;

/** Takes a sentence about a fault. */
export type Complain = (fault: string) => void;

/** A NAT gateway that gets an alarm, with its own threshold in bytes per minute if the user gave one. */
export interface ChosenGateway {
  readonly id: string;
  readonly name: string | undefined;
  readonly vpcId?: string | undefined;
  readonly threshold?: number;
}

interface Selector {
  readonly matches: (gateway: Gateway) => boolean;
  readonly threshold?: number;
  /** The sentence for a selector that names a gateway which does not exist. */
  readonly missing?: string;
}

/**
 * The most characters of a NatGatewayIds that follows the account: the controller has it among its environment
 * variables, which take 4 KB together, as it has ContinuousSources.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MOST_FOLLOWED = 700;

const MOST_NAMED = 5;
const PREFIXES = ['', 'K', 'M', 'G', 'T'];

/** Whether NatGatewayIds follows the account: `all` and `tag:…` also choose gateways that come later. */
export function followsAccount(natGatewayIds: string): boolean {
  return natGatewayIds.split(',').some((part) => /^(all$|tag:)/.test(part.trim()));
}

/**
 * The gateways that the parameter NatGatewayIds selects, each once and ordered by id. The parameter lists
 * `nat-…`, `nat-…=500MB`, `tag:Key=Value` and `all`, separated by commas. `all` and `tag:…` may select none: natflow
 * follows the account.
 */
export function chooseGateways(
  natGatewayIds: string,
  gateways: readonly Gateway[],
  complain: Complain,
): ChosenGateway[] {
  const alive = gateways.filter(({ state }) => isAlive(state));
  const parts = natGatewayIds
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) complain('NatGatewayIds is empty: name a NAT gateway, a tag, or all');
  const chosen = new Map<string, ChosenGateway>();
  for (const part of parts) {
    const selector = readSelector(part, alive, complain);
    if (selector === undefined) continue;
    const found = alive.filter(selector.matches);
    if (found.length === 0 && selector.missing !== undefined) complain(selector.missing);
    for (const gateway of found) choose(chosen, gateway, selector.threshold, complain);
  }
  return [...chosen.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readSelector(
  part: string,
  alive: readonly Gateway[],
  complain: Complain,
): Selector | undefined {
  if (part === 'all') {
    return { matches: () => true };
  }
  const [, key, value] = /^tag:([^=]+)=(.*)$/.exec(part) ?? [];
  if (key !== undefined) {
    return { matches: ({ tags }) => tags[key] === value };
  }
  const [id = '', threshold] = part.split(/=(.*)/);
  if (!isNatGatewayId(id)) {
    return void complain(
      `"${part}" is not a NAT gateway's id, id=500MB, tag:Key=Value or all (ids look like nat-0123456789abcdef0)`,
    );
  }
  return {
    matches: (gateway) => gateway.id === id,
    missing: `there is no NAT gateway ${id} in this account and region${namesOf(alive)}`,
    ...(threshold !== undefined && {
      threshold: readBytes(`the threshold of ${id}`, threshold, complain),
    }),
  };
}

/** Adds a gateway. A gateway selected with and without a threshold gets the threshold; two different ones are a fault. */
function choose(
  chosen: Map<string, ChosenGateway>,
  gateway: Gateway,
  threshold: number | undefined,
  complain: Complain,
): void {
  const { id } = gateway;
  const before = chosen.get(id)?.threshold;
  if (before !== undefined && threshold !== undefined && before !== threshold) {
    complain(`${id} has two thresholds, ${before} and ${threshold} bytes`);
  }
  const own = threshold ?? before;
  chosen.set(id, {
    id,
    name: gatewayName(gateway),
    vpcId: gateway.vpcId,
    ...(own !== undefined && { threshold: own }),
  });
}

function namesOf(gateways: readonly Gateway[]): string {
  if (gateways.length === 0) return '';
  const ids = gateways.slice(0, MOST_NAMED).map(({ id }) => id);
  return ` (there is ${ids.join(', ')}${gateways.length > MOST_NAMED ? ' and others' : ''})`;
}

/** Reads `500MB`, `1.5GiB` or a plain number of bytes. Other text is reported as a fault and read as 1. */
export function readBytes(what: string, value: string, complain: Complain): number {
  const [, digits = '', prefix = '', binary] =
    /^(\d+(?:\.\d+)?) ?(?:([KMGT]?)(i?)B?)$/i.exec(value.trim()) ?? [];
  const bytes = Number(digits) * (binary ? 1024 : 1000) ** PREFIXES.indexOf(prefix.toUpperCase());
  if (bytes > 0) return bytes;
  complain(`${what} "${value}" is not a number of bytes per minute such as 500MB or 1GiB`);
  return 1;
}
