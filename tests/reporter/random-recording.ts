import fc from 'fast-check';

/** The time around which all flows are, in Unix seconds. */
export const FIRST_SECOND = Date.UTC(2026, 10, 22, 10) / 1000;

const GATEWAY = { 4: '10.0.0.220', 6: 'fd00::220' } as const;
/** Addresses that differ in one word, or are next to the boundary of a private range. */
const CLIENTS = {
  4: [
    '10.0.1.5',
    '10.0.1.6',
    '172.16.0.9',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.9.9',
  ],
  6: ['fd00::1', 'fd00::2', 'fd00:0:1::1', 'fd00:0:0:1::1', 'fd00::1:0:1', 'fc00::1', 'fdff::1'],
} as const;
const PEERS = {
  4: [
    '203.0.113.5',
    '203.0.113.6',
    '172.32.0.1',
    '172.15.255.255',
    '100.128.0.1',
    '100.63.255.255',
    '9.255.255.255',
    '11.0.0.1',
    '192.167.1.1',
    '192.169.1.1',
    '255.255.255.255',
  ],
  6: [
    '2001:db8::1',
    '2001:db8::2',
    '2001:db8:0:1::1',
    '2001:db8::1:0:0:1',
    '2001:db8::1:0:1',
    '2001:db9::1',
    'fbff::1',
    'fe00::1',
  ],
} as const;
const SERVICES = ['S3', 'DYNAMODB', 'AMAZON', 'CLOUDFRONT', 'EC2', '-'] as const;
const OPTIONAL = [
  'interface-id',
  'resource-id',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'start',
  'end',
  'action',
  'log-status',
  'vpc-id',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'pkt-src-aws-service',
  'pkt-dst-aws-service',
  'flow-direction',
];
const NEEDED = ['srcaddr', 'dstaddr', 'bytes'];

type Values = Readonly<Record<string, string | number | bigint>>;

const talk = fc.record({
  kind: fc.constantFrom('zonal', 'zonal', 'regional', 'instance', 'instance', 'empty'),
  family: fc.constantFrom(4 as const, 4 as const, 6 as const),
  client: fc.nat(100),
  peer: fc.nat(100),
  service: fc.constantFrom(...SERVICES),
  vpc: fc.constantFrom('vpc-1', 'vpc-2', '-'),
  gateway: fc.constantFrom('1', '2'),
  ports: fc.constantFrom([49_152, 443], [80, 1024], [53, 53], [0, 0], [0, 443], [65_535, 8443]),
  protocol: fc.constantFrom(6, 17, 1),
  // Often small, so that rows have equal weight; large ones exceed 32 bits.
  bytes: fc.oneof(fc.nat(4), fc.nat(4), fc.integer({ min: 0, max: 2 ** 40 })),
  packets: fc.nat(9),
  start: fc.oneof(fc.nat(7000), fc.constant('-')),
  // Powers of two divide bytes without rounding. The other durations are invalid.
  seconds: fc.constantFrom(1, 1, 2, 8, 64, 64, 256, 512, -5, 4096, '-'),
  action: fc.constantFrom('ACCEPT', 'ACCEPT', 'ACCEPT', 'REJECT', '-'),
  isOut: fc.boolean(),
  direction: fc.constantFrom('ingress', 'egress', '-'),
});
type Talk = typeof talk extends fc.Arbitrary<infer T> ? T : never;

const ALL = [...NEEDED, ...OPTIONAL];
const fields = fc.oneof(
  fc.shuffledSubarray(ALL, { minLength: ALL.length }),
  fc.shuffledSubarray(OPTIONAL, { minLength: 8 }).map((some) => [...some, ...NEEDED]),
);

/** Flow log text with a header line: random fields in random order, lines of gateways and of other interfaces. */
export const recording: fc.Arbitrary<string> = fc
  .tuple(fields, fc.array(talk, { minLength: 1, maxLength: 50, size: 'max' }))
  .map(([names, talks]) => {
    const rows = talks.flatMap(linesOf).map((line) => names.map((name) => line[name] ?? '-'));
    return [names, ...rows, []].map((row) => row.join(' ')).join('\n');
  });

function pick<T>(list: readonly T[], index: number): T | '' {
  return list[index % list.length] ?? '';
}

function linesOf(talk: Talk): Values[] {
  const client = pick<string>(CLIENTS[talk.family], talk.client);
  const peer = pick<string>(PEERS[talk.family], talk.peer);
  const common = commonOf(talk);
  const interfaceId = { ...common, 'interface-id': `eni-${talk.gateway}` };
  switch (talk.kind) {
    case 'empty':
      return [
        { 'interface-id': 'eni-1', 'log-status': pick(['NODATA', 'SKIPDATA', 'OK'], talk.client) },
      ];
    case 'zonal':
      return throughGateway(talk, client, peer).map((line) => ({ ...interfaceId, ...line }));
    case 'regional':
      return throughRegional(talk, client, peer).map((line) => ({
        ...common,
        'resource-id': `nat-${talk.gateway}`,
        ...line,
      }));
    default: {
      const others = [...CLIENTS[talk.family], ...PEERS[talk.family]];
      const other = pick<string>(others, talk.peer);
      const [source, destination] = talk.isOut ? [client, other] : [other, client];
      const services = { 'pkt-src-aws-service': talk.service, 'pkt-dst-aws-service': talk.service };
      const packet = { 'pkt-srcaddr': source, 'pkt-dstaddr': destination };
      return [
        {
          ...interfaceId,
          srcaddr: source,
          dstaddr: destination,
          ...packet,
          ...services,
          'flow-direction': talk.direction,
        },
      ];
    }
  }
}

function commonOf(talk: Talk): Values {
  const { start, seconds, ports } = talk;
  const from = typeof start === 'number' ? FIRST_SECOND + start : start;
  const to = typeof from === 'number' && typeof seconds === 'number' ? from + seconds - 1 : '-';
  const [srcport = 0, dstport = 0] = talk.isOut ? ports : ports.toReversed();
  return {
    ...{ srcport, dstport, protocol: talk.protocol, bytes: talk.bytes, packets: talk.packets },
    ...{ start: from, end: to, action: talk.action, 'log-status': 'OK', 'vpc-id': talk.vpc },
  };
}

/** One direction of an exchange in the two lines of a zonal gateway's interface. */
function throughGateway({ family, isOut, service }: Talk, client: string, peer: string): Values[] {
  const gateway = GATEWAY[family];
  const line = (direction: string, ends: readonly string[], packet: readonly string[]) => ({
    'flow-direction': direction,
    srcaddr: ends[0] ?? '',
    dstaddr: ends[1] ?? '',
    'pkt-srcaddr': packet[0] ?? '',
    'pkt-dstaddr': packet[1] ?? '',
    'pkt-src-aws-service': isOut ? '-' : service,
    'pkt-dst-aws-service': isOut ? service : '-',
  });
  return isOut
    ? [
        line('ingress', [client, gateway], [client, peer]),
        line('egress', [gateway, peer], [gateway, peer]),
      ]
    : [
        line('ingress', [peer, gateway], [peer, gateway]),
        line('egress', [gateway, client], [peer, client]),
      ];
}

/** The same at a regional gateway, whose private side has no address of the gateway. */
function throughRegional(talk: Talk, client: string, peer: string): Values[] {
  const own = talk.family === 4 ? '198.51.100.1' : '2001:db8:ffff::1';
  const ends: [string, string][] = talk.isOut
    ? [
        [client, peer],
        [own, peer],
      ]
    : [
        [peer, own],
        [peer, client],
      ];
  const services = talk.isOut ? ['-', talk.service] : [talk.service, '-'];
  return ends.map(([srcaddr, dstaddr], index) => ({
    ...{ srcaddr, dstaddr, 'pkt-srcaddr': srcaddr, 'pkt-dstaddr': dstaddr },
    'pkt-src-aws-service': services[0] ?? '-',
    'pkt-dst-aws-service': services[1] ?? '-',
    'flow-direction': talk.direction === '-' ? '-' : (['ingress', 'egress'][index] ?? '-'),
  }));
}
