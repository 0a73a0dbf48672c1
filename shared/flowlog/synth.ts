import { RECORDING_FORMAT } from './format.ts';

export interface SynthOptions {
  /** Lines that are flows; lines without data come on top. */
  readonly flows: number;
  /** The same seed gives the same text. */
  readonly seed: number;
  /** Unix seconds of the first aggregation window. */
  readonly start?: number;
}

const GATEWAY = '10.0.0.220';
const INTERFACE = 'eni-0a11bb22cc33dd44e';
const NETWORK = 'vpc-0aa11bb22cc33dd44 subnet-0bb22cc33dd44ee55';
const WINDOW_SECONDS = 60;
const LINES_PER_WINDOW = 40_000;
const LINES_PER_BLOCK = 1_000;

/** Who a client talks to, how often in a hundred, and the service AWS names for the address. */
const PEERS = [
  { upTo: 70, prefix: '52.216.', service: 'S3' },
  { upTo: 78, prefix: '3.218.', service: 'DYNAMODB' },
  { upTo: 88, prefix: '18.205.', service: 'AMAZON' },
  { upTo: 100, prefix: '203.0.', service: '-' },
];

/** Mulberry32: a small generator whose sequence is fixed by its seed. */
export function randomSource(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) * below) / 0x1_0000_0000) | 0;
  };
}

/**
 * Flow log text of a NAT gateway during a spike, in blocks, with its header: every exchange in four
 * lines, most of the bytes fetched from S3 by a few clients, a NODATA or SKIPDATA line now and then.
 */
export function* synthesize({
  flows,
  seed,
  start = 1_795_342_320,
}: SynthOptions): Generator<string> {
  const random = randomSource(seed);
  let block = [RECORDING_FORMAT.join(' ')];
  for (let made = 0; made < flows; ) {
    const at = start + Math.floor(made / LINES_PER_WINDOW) * WINDOW_SECONDS;
    for (const line of exchange(random, at).slice(0, flows - made)) {
      block.push(line);
      made++;
    }
    if (random(400) === 0) block.push(withoutFlow(random(4) === 0 ? 'SKIPDATA' : 'NODATA', at));
    if (block.length >= LINES_PER_BLOCK) {
      yield `${block.join('\n')}\n`;
      block = [];
    }
  }
  if (block.length > 0) yield `${block.join('\n')}\n`;
}

/** A whole number from 0, below the given one. */
export type Random = (below: number) => number;

/** What one connection did in one aggregation window. */
function drawExchange(random: Random, at: number) {
  const dice = random(100);
  const { prefix, service } = PEERS.find(({ upTo }) => dice < upTo) ?? { prefix: '', service: '-' };
  const from = at + random(20);
  const up = 2 + random(60);
  const down = service === 'S3' ? 40 + random(6_000) : 2 + random(80);
  return {
    client: `10.20.${random(4)}.${random(10) < 7 ? 41 : 4 + random(60)}`,
    peer: `${prefix}${random(250)}.${1 + random(250)}`,
    service,
    clientPort: 1024 + random(64_000),
    gatewayPort: 1024 + random(64_000),
    up: `${up} ${up * (60 + random(120))}`,
    down: `${down} ${down * (600 + random(860))}`,
    times: `${from} ${from + random(40)}`,
    flags: [0, 2, 3, 19][random(4)],
  };
}

/** The connection as the gateway's interface logs it, in the order of RECORDING_FORMAT. */
function exchange(random: Random, at: number): string[] {
  const { client, peer, service, clientPort, gatewayPort, up, down, times, flags } = drawExchange(
    random,
    at,
  );
  const line = (ends: string, ports: string, counters: string, packet: string, rest: string) =>
    `5 123456789012 ${INTERFACE} ${ends} ${ports} 6 ${counters} ${times} ACCEPT OK ${NETWORK} ${flags} IPv4 ${packet} use1-az1 ${rest}`;
  return [
    line(
      `${client} ${GATEWAY}`,
      `${clientPort} 443`,
      up,
      `${client} ${peer}`,
      `- ${service} ingress - - -`,
    ),
    line(
      `${GATEWAY} ${peer}`,
      `${gatewayPort} 443`,
      up,
      `${GATEWAY} ${peer}`,
      `- ${service} egress 8 - -`,
    ),
    line(
      `${peer} ${GATEWAY}`,
      `443 ${gatewayPort}`,
      down,
      `${peer} ${GATEWAY}`,
      `${service} - ingress - - -`,
    ),
    line(
      `${GATEWAY} ${client}`,
      `443 ${clientPort}`,
      down,
      `${peer} ${client}`,
      `${service} - egress 1 - -`,
    ),
  ];
}

function withoutFlow(status: string, at: number): string {
  const values = new Map([
    ['version', '5'],
    ['account-id', '123456789012'],
    ['interface-id', INTERFACE],
    ['start', String(at)],
    ['end', String(at + WINDOW_SECONDS)],
    ['log-status', status],
  ]);
  return RECORDING_FORMAT.map((field) => values.get(field) ?? '-').join(' ');
}
