import fc from 'fast-check';

/**
 * Random flow logs of a network whose truth is known: which interfaces are NAT gateways', and how many bytes went
 * through each. Nothing of the product decides here.
 */

/** What an interface is, in truth. */
export type Kind =
  | 'zonal'
  | 'private'
  | 'regional'
  | 'pods'
  | 'secondary'
  | 'nat-instance'
  | 'firewall'
  | 'load-balancer'
  | 'instance';

export const GATEWAYS: ReadonlySet<Kind> = new Set(['zonal', 'private', 'regional']);

type Values = Readonly<Record<string, string | number>>;

/** One direction of one exchange: client, far side, bytes. */
interface Talk {
  readonly client: string;
  readonly clientPort: number;
  readonly far: string;
  readonly farPort: number;
  readonly bytes: number;
  readonly isUp: boolean;
  readonly service: string;
}

/** What an interface is, and what went through it, each byte once, by source and target; nothing if it is no gateway. */
export interface Truth {
  readonly kind: Kind;
  readonly pairs: Map<string, number>;
}

export interface World {
  readonly text: string;
  readonly interfaces: ReadonlyMap<string, Truth>;
  readonly fields: ReadonlySet<string>;
  /** Interfaces whose lines leave no doubt: an exchange of theirs is whole, with ports that tell who opened it. */
  readonly certain: ReadonlySet<string>;
}

const FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path resource-id'.split(
    ' ',
  );
const V2 = FIELDS.slice(0, 14);
const NEEDED = ['interface-id', 'srcaddr', 'dstaddr', 'bytes', 'resource-id'];

const fields = fc.oneof(
  fc.constant(FIELDS),
  fc.constant(V2),
  fc.shuffledSubarray(FIELDS, { minLength: FIELDS.length }),
  fc
    .shuffledSubarray(FIELDS, { minLength: 6 })
    .map((some) => [...some.filter((name) => !NEEDED.includes(name)), ...NEEDED]),
);

const interfaces = fc.array(
  fc.record({
    kind: fc.constantFrom<Kind>(
      ...(['zonal', 'private', 'regional', 'pods', 'secondary'] as const),
      ...(['nat-instance', 'firewall', 'load-balancer', 'instance'] as const),
    ),
    family: fc.constantFrom(4 as const, 4 as const, 4 as const, 6 as const),
    talks: fc.array(
      fc.record({
        client: fc.nat(3),
        far: fc.nat(3),
        ports: fc.constantFrom([40_000, 443], [50_001, 8080], [1025, 443], [5000, 6000], [0, 0]),
        bytes: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 36 })),
        service: fc.constantFrom('S3', 'DYNAMODB', 'AMAZON', '-', '-'),
        isUp: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

/** A world, and its lines in any order. */
export const world: fc.Arbitrary<World> = fc
  .tuple(fields, interfaces, fc.infiniteStream(fc.nat(2 ** 30)))
  .map(([names, places, order]) => build(names, places, order));

function address(family: 4 | 6, network: string, host: number): string {
  return family === 4 ? `${network}.${host}` : `${PREFIX[network]}::${host.toString(16)}`;
}
const PREFIX: Readonly<Record<string, string>> = {
  '10.0.1': 'fd00:1',
  '10.0.0': 'fd00:0',
  '10.9.0': 'fd00:9',
  '203.0.113': '2001:db8',
};

type Place = (typeof interfaces extends fc.Arbitrary<infer T> ? T : never)[number];

function build(names: readonly string[], places: Place[], order: Iterator<number>): World {
  const interfaces = new Map<string, Truth>();
  const certain = new Set<string>();
  const lines: Values[] = [];
  for (const [index, place] of places.entries()) {
    const name = place.kind === 'regional' ? `nat-0${index}` : `eni-0${index}`;
    const talks = talksOf(place);
    interfaces.set(name, { kind: place.kind, pairs: pairsOf(place.kind, talks, names) });
    lines.push(...talks.flatMap((talk) => logged(place, talk, name, index)));
    const isTold = talks.some(({ clientPort }) => clientPort >= 32_768);
    if (GATEWAYS.has(place.kind) && isTold) certain.add(name);
  }
  const rows = inOrder(lines, order).map((line) => names.map((field) => line[field] ?? '-'));
  const text = [names, ...rows, []].map((row) => row.join(' ')).join('\n');
  return { text, interfaces, fields: new Set(names), certain };
}

function inOrder(lines: readonly Values[], order: Iterator<number>): Values[] {
  const ranked = lines.map((line) => ({ line, rank: Number(order.next().value) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ line }) => line);
}

function talksOf({ kind, family, talks }: Place): Talk[] {
  const farNetwork = kind === 'private' ? '10.9.0' : '203.0.113';
  return talks.map(({ client, far, ports: [clientPort = 0, farPort = 0], ...rest }) => ({
    ...rest,
    ...{ clientPort, farPort },
    client: address(family, '10.0.1', 1 + client),
    far: address(family, farNetwork, 1 + far),
  }));
}

/** What went through by source and target, if it is a gateway. */
function pairsOf(kind: Kind, talks: readonly Talk[], names: readonly string[]) {
  const pairs = new Map<string, number>();
  for (const talk of GATEWAYS.has(kind) ? talks : []) {
    const key = `${talk.client} > ${targetOf(talk, names)}`;
    pairs.set(key, (pairs.get(key) ?? 0) + talk.bytes);
  }
  return pairs;
}

function logged({ kind, family }: Place, talk: Talk, name: string, index: number): Values[] {
  const own = address(family, '10.0.0', 200 + index);
  const common = { ...commonOf(talk, kind, index), ...identity(kind, name) };
  return linesOf(kind, talk, own).map((line) => ({ ...common, ...line }));
}

/** The service of the far side, where the lines say it, else its address. */
function targetOf({ far, service, isUp }: Talk, names: readonly string[]): string {
  const field = isUp ? 'pkt-dst-aws-service' : 'pkt-src-aws-service';
  return service !== '-' && names.includes(field) ? service : far;
}

function commonOf({ bytes }: Talk, kind: Kind, index: number): Values {
  return {
    ...{ version: 5, 'account-id': '123456789012', protocol: 6, packets: 1, bytes },
    ...{ start: 1_795_342_320 + index, end: 1_795_342_379, action: 'ACCEPT', 'log-status': 'OK' },
    ...{ 'vpc-id': 'vpc-1', 'subnet-id': 'subnet-1', type: 'IPv4', 'tcp-flags': 0 },
    'instance-id': OWNED.has(kind) ? `i-0${index}` : '-',
  };
}
/** Interfaces of instances have the instance's id in their lines. */
const OWNED: ReadonlySet<Kind> = new Set<Kind>([
  'pods',
  'secondary',
  'nat-instance',
  'firewall',
  'instance',
]);

function identity(kind: Kind, name: string): Values {
  return kind === 'regional' ? { 'resource-id': name } : { 'interface-id': name };
}

/** A line from one end to the other; an end is its address in the line, in the packet, and its port. */
type End = readonly [line: string, packet: string, port: number];

function linesOf(kind: Kind, talk: Talk, own: string): Values[] {
  const { client, clientPort, far, farPort } = talk;
  const gatewayPort = clientPort === 0 ? 0 : 33_000 + (clientPort % 1000);
  const c: End = [client, client, clientPort];
  const f: End = [far, far, farPort];
  const translated: End = [own, own, gatewayPort];
  switch (kind) {
    case 'zonal':
    case 'private':
    case 'nat-instance':
      return [line(talk, c, [own, far, farPort], 'in'), line(talk, translated, f, 'out')];
    case 'regional': {
      const outside: End = ['198.51.100.1', '198.51.100.1', gatewayPort];
      return [line(talk, c, f, 'in'), line(talk, outside, f, 'out')];
    }
    case 'pods':
    case 'secondary':
      // The own side is hidden, whether it opens or is opened to; the interface itself talks to the same far side.
      return [
        line(talk, [own, client, clientPort], f, 'out'),
        line(talk, [own, own, clientPort], f, 'out'),
        line(talk, ['10.0.1.99', '10.0.1.99', 40_000], [own, client, 8080], 'in'),
      ];
    case 'firewall':
      return [
        line(talk, c, [own, far, farPort], 'in'),
        line(talk, [own, client, clientPort], f, 'out'),
      ];
    case 'load-balancer':
      // The far side opens to the balancer, which passes its address on to the client, here a target.
      return [
        line(talk, [far, far, 45_000], [own, own, 443], 'in'),
        line(talk, [own, far, 45_000], [client, client, 8080], 'out'),
      ];
    default:
      return [line(talk, c, f, 'out')];
  }
}

/** A line of the direction that the talk has: up is from `from`, down the other way round. */
function line(talk: Talk, from: End, to: End, way: 'in' | 'out'): Values {
  const [source, destination] = talk.isUp ? [from, to] : [to, from];
  const isIngress = (way === 'in') === talk.isUp;
  const isFar = ([, packet]: End) => packet === talk.far;
  return {
    ...{ srcaddr: source[0], dstaddr: destination[0] },
    ...{ 'pkt-srcaddr': source[1], 'pkt-dstaddr': destination[1] },
    ...{ srcport: source[2], dstport: destination[2] },
    'flow-direction': isIngress ? 'ingress' : 'egress',
    'pkt-src-aws-service': isFar(source) ? talk.service : '-',
    'pkt-dst-aws-service': isFar(destination) ? talk.service : '-',
  };
}
