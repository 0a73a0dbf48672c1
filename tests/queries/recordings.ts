import fc from 'fast-check';
import { type Format, recordingFormat } from '../../shared/flowlog/format.ts';
import {
  exchangeWriter,
  type LoggedGateway,
  statusLine,
} from '../../shared/flowlog/nat-exchange.ts';

/** A recording as the archive holds it: lines without a header, and the fields that they have. */
export interface Recording {
  readonly kind: string;
  readonly format: Format;
  readonly lines: readonly string[];
}

/** Unix seconds of the first minute. */
const START = Date.UTC(2026, 10, 22, 10, 14) / 1000;
const MINUTES = 12;
const FAMILIES = {
  IPv4: {
    clients: ['10.0.1.5', '10.0.1.6', '172.16.0.9', '172.31.255.255', '192.168.1.1', '100.127.9.9'],
    peers: ['203.0.113.5', '203.0.113.6', '172.32.0.1', '100.128.0.1', '11.0.0.1', '10.9.9.9'],
    own: { zonal: '10.0.0.220', regional: '198.51.100.1' },
  },
  IPv6: {
    clients: ['fd00::1', 'fd00:0:1::1', 'fc00::1', 'fdff::9'],
    peers: ['2001:db8::1', '2001:db8:0:1::1', 'fe00::1', 'fbff::1'],
    own: { zonal: 'fd00::220', regional: '2001:db8:ffff::1' },
  },
} as const;
type Family = keyof typeof FAMILIES;
const KINDS = ['zonal', 'regional'] as const;

/** Powers of two and neighbours, so that sums of equal weight and rounding occur. */
const bytes = fc.oneof(fc.integer({ min: 0, max: 2 ** 36 }), fc.constantFrom(0, 2 ** 30, 2 ** 33));

const exchange = fc.record({
  client: fc.nat(5),
  peer: fc.nat(5),
  service: fc.constantFrom('S3', 'DYNAMODB', 'AMAZON', '-'),
  port: fc.constantFrom(443, 53, 8443),
  minute: fc.nat(MINUTES - 1),
  second: fc.nat(59),
  seconds: fc.constantFrom(1, 30, 60, 90, 600),
  up: bytes,
  down: bytes,
  action: fc.constantFrom('ACCEPT', 'ACCEPT', 'ACCEPT', 'REJECT'),
});
type Exchange = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

/** Random recordings of a zonal or a regional gateway, IPv4 or IPv6. */
export const recording: fc.Arbitrary<Recording> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    partition: fc.constantFrom('aws', 'aws-us-gov'),
    family: fc.constantFrom<Family>('IPv4', 'IPv4', 'IPv6'),
    exchanges: fc.array(exchange, { minLength: 1, maxLength: 40, size: 'max' }),
  })
  .map(({ kind, partition, family, exchanges }) => {
    const gateway = gatewayOf(kind, family);
    const format = recordingFormat(partition, kind === 'regional');
    const write = exchangeWriter(format, gateway);
    const lines = exchanges.flatMap((each) => linesOf(write, family, each));
    const idle = statusLine(format, gateway.values, 'NODATA', [START, START + 59]);
    return { kind: `${kind} ${family} in ${partition}`, format, lines: [...lines, idle] };
  });

function gatewayOf(kind: (typeof KINDS)[number], family: Family): LoggedGateway {
  const isRegional = kind === 'regional';
  const id = isRegional ? { 'resource-id': 'nat-1' } : { 'interface-id': 'eni-1' };
  const values = { version: 5, 'account-id': '123456789012', 'vpc-id': 'vpc-1', ...id };
  return { address: FAMILIES[family].own[kind], isRegional, values };
}

function linesOf(
  write: ReturnType<typeof exchangeWriter>,
  family: Family,
  exchange: Exchange,
): string[] {
  const { clients, peers } = FAMILIES[family];
  const { port, minute, second, seconds, action, service } = exchange;
  const start = START + minute * 60 + second;
  return write({
    ...{ start, end: start + seconds - 1, service, tcpFlags: 0 },
    ...{ client: clients[exchange.client % clients.length] ?? '', clientPort: 40_000 },
    ...{ peer: peers[exchange.peer % peers.length] ?? '', peerPort: port, gatewayPort: 50_000 },
    ...{ up: counter(exchange.up), down: counter(exchange.down) },
  }).map((line) => line.replace(' ACCEPT ', ` ${action} `));
}

function counter(size: number) {
  return { bytes: size, packets: Math.ceil(size / 1400) };
}
