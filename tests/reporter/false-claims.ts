import { pricesOf } from '../../shared/prices/prices.ts';
import type { Report, Row } from '../../shared/report/model/report.ts';
import { GATEWAYS, type Truth, type World } from './gateway-world.ts';

/*
 * What a report says that is not true, judged by what is known of the world that its lines are of. Of the product
 * it has the price and the words for services; nothing of how a report is made.
 */

const PRICE = pricesOf('us-east-1').natPerGib;
const WORDS: Readonly<Record<string, string>> = {
  AMAZON: 'AWS (service not said)',
  DYNAMODB: 'DynamoDB',
};
const NO_TRUTH: Truth = { kind: 'instance', pairs: new Map() };

export const dollarsOf = (bytes: number) => (bytes / 2 ** 30) * PRICE;
const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, each) => all + each, 0);
const isNear = (a: number, b: number) => Math.abs(a - b) <= 1e-9 + Math.abs(b) * 1e-9;
const tellsLegs = ({ fields }: World) =>
  ['pkt-srcaddr', 'pkt-dstaddr'].every((name) => fields.has(name));

/** The false claims, in words; none when all that the report says is true. */
export function falseClaims(report: Report, world: World): string[] {
  return [
    ...gatewayFaults(report, world),
    ...moneyFaults(report),
    ...tableFaults(report),
    ...headlineFaults(report, world),
  ];
}

function faultsIn(claims: readonly (readonly [isTrue: boolean, fault: string])[]): string[] {
  return claims.filter(([isTrue]) => !isTrue).map(([, fault]) => fault);
}

/** A NAT instance's lines equal a gateway's: nothing but its instance id tells, and a report says so. */
function isLikeGateway({ kind }: Truth, { fields }: World, notes: readonly string[]): boolean {
  const isSaid = notes.some((note) => note.includes('NAT instance'));
  return kind === 'nat-instance' && !fields.has('instance-id') && isSaid;
}

function gatewayFaults({ gateway: { proven, notes } }: Report, world: World): string[] {
  return proven.flatMap(({ interface: name, bytes }) => {
    const truth = world.interfaces.get(name) ?? NO_TRUTH;
    if (isLikeGateway(truth, world, notes)) return [];
    const all = sum(truth.pairs.values());
    const isTrue = tellsLegs(world) ? Number(bytes) === all : Number(bytes) <= all;
    return faultsIn([
      [GATEWAYS.has(truth.kind), `${name} is no gateway but ${truth.kind}`],
      [isTrue, `${bytes} bytes through ${name}, which had ${all}`],
    ]);
  });
}

function moneyFaults({ gateway: { proven }, totals, cost, headline }: Report): string[] {
  const through = sum(proven.map(({ bytes }) => Number(bytes)));
  const isPriced = cost.total !== null;
  return faultsIn([
    [Number(totals.throughGateway.bytes) === through, 'throughGateway is not the gateways'],
    [isPriced === proven.length > 0, 'there is a cost without a gateway'],
    [isNear(cost.total ?? 0, dollarsOf(through)), 'the cost is not of throughGateway'],
    [headline.text.includes('$') === isPriced, 'the headline has an amount that is not proven'],
    [
      proven.length === 0 || Number(totals.forwarded.bytes) === through,
      'tables have more than went through gateways',
    ],
  ]);
}

function tableFaults(report: Report): string[] {
  const { sources, services, destinations, ports, totals, cost, headline } = report;
  const all = Number(totals.forwarded.bytes);
  const isPriced = cost.total !== null;
  return [sources, services, destinations, ports].flatMap(({ rows, others }) =>
    faultsIn([
      [sum([...rows, others].map(({ bytes }) => bytes)) === all, 'a table does not add up'],
      [
        [...rows, { ...headline, bytes: Number(headline.bytes) }].every((row) =>
          isRowTrue(row, all, isPriced),
        ),
        'a share or cost is of other bytes',
      ],
    ]),
  );
}

function isRowTrue(
  { bytes, share, cost }: Pick<Row, 'bytes' | 'share' | 'cost'>,
  all: number,
  isPriced: boolean,
): boolean {
  if (!isNear(share, all === 0 ? 0 : bytes / all)) return false;
  return isPriced ? cost !== null && isNear(cost, dollarsOf(bytes)) : cost === null;
}

/** The headline against the pairs that went through the gateways it is about, where lines tell all of them. */
function headlineFaults({ headline, gateway }: Report, world: World): string[] {
  const { proven } = gateway;
  const truths = proven.map(({ interface: name }) => world.interfaces.get(name) ?? NO_TRUTH);
  const isTold = tellsLegs(world) && truths.every(({ kind }) => GATEWAYS.has(kind));
  if (proven.length === 0 || !isTold) return [];
  const pairs = addUp(truths.flatMap((truth) => [...truth.pairs]));
  const targets = addUp([...pairs].map(([pair, bytes]) => [targetOf(pair), bytes]));
  const { kind, source, target, bytes } = headline;
  const name = [...targets.keys()].find((each) => (WORDS[each] ?? each) === target);
  const said = { pair: pairs.get(`${source} > ${name}`), target: targets.get(name ?? '') };
  const heaviest = { pair: Math.max(...pairs.values()), target: Math.max(...targets.values()) };
  const quarter = sum(pairs.values()) / 4;
  const due = (['pair', 'target'] as const).find((each) => heaviest[each] >= quarter);
  if (due === undefined) return faultsIn([[kind === 'spread', 'nothing has a quarter']]);
  const isTrue = said[due] === heaviest[due] && Number(bytes) === heaviest[due];
  return faultsIn([[kind === due && isTrue, `the headline is not the heaviest ${due}`]]);
}

const targetOf = (pair: string) => pair.split(' > ')[1] ?? '';

function addUp(parts: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, bytes] of parts) sums.set(key, (sums.get(key) ?? 0) + bytes);
  return sums;
}
