import { RECORDING_FORMAT } from './format.ts';
import { type Exchange, exchangeWriter, type LoggedGateway, statusLine } from './nat-exchange.ts';

export interface SynthOptions {
  /** How many lines are flows; lines without data come on top. */
  readonly flows: number;
  /** The same seed gives the same text. */
  readonly seed: number;
  /** Unix seconds of the first aggregation window. */
  readonly start?: number;
}

const INTERFACE = {
  version: 5,
  'account-id': '123456789012',
  'interface-id': 'eni-0a11bb22cc33dd44e',
};
const GATEWAY: LoggedGateway = {
  address: '10.0.0.220',
  values: {
    ...INTERFACE,
    'vpc-id': 'vpc-0aa11bb22cc33dd44',
    'subnet-id': 'subnet-0bb22cc33dd44ee55',
    'az-id': 'use1-az1',
  },
};
const WINDOW_SECONDS = 60;
const LINES_PER_WINDOW = 40_000;
const LINES_PER_BLOCK = 1_000;

/** The peers of a client: how many exchanges in a hundred, cumulated, and AWS's name for the address range. */
const PEERS = [
  { upTo: 70, prefix: '52.216.', service: 'S3' },
  { upTo: 78, prefix: '3.218.', service: 'DYNAMODB' },
  { upTo: 88, prefix: '18.205.', service: 'AMAZON' },
  { upTo: 100, prefix: '203.0.', service: '-' },
];

/** A whole number from 0, below the given one. */
export type Random = (below: number) => number;

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
 * Flow log text of a NAT gateway during a spike, in blocks, beginning with the header. A few clients fetch most
 * of the bytes from S3. About one exchange in 400 is followed by a NODATA or SKIPDATA line.
 */
export function* synthesize({
  flows,
  seed,
  start = 1_795_342_320,
}: SynthOptions): Generator<string> {
  const random = randomSource(seed);
  const write = exchangeWriter(RECORDING_FORMAT, GATEWAY);
  let block = [RECORDING_FORMAT.join(' ')];
  for (let made = 0; made < flows; ) {
    const at = start + Math.floor(made / LINES_PER_WINDOW) * WINDOW_SECONDS;
    const lines = write(drawExchange(random, at));
    for (const line of lines.slice(0, flows - made)) {
      block.push(line);
      made++;
    }
    if (random(400) === 0) {
      const status = random(4) === 0 ? 'SKIPDATA' : 'NODATA';
      block.push(statusLine(RECORDING_FORMAT, INTERFACE, status, [at, at + WINDOW_SECONDS]));
    }
    if (block.length >= LINES_PER_BLOCK) {
      yield `${block.join('\n')}\n`;
      block = [];
    }
  }
  if (block.length > 0) yield `${block.join('\n')}\n`;
}

/** What one connection sent and received in the aggregation window that begins at the given time. */
function drawExchange(random: Random, at: number): Exchange {
  const dice = random(100);
  const { prefix, service } = PEERS.find(({ upTo }) => dice < upTo) ?? { prefix: '', service: '-' };
  const start = at + random(20);
  const up = 2 + random(60);
  const down = service === 'S3' ? 40 + random(6_000) : 2 + random(80);
  return {
    client: `10.20.${random(4)}.${random(10) < 7 ? 41 : 4 + random(60)}`,
    peer: `${prefix}${random(250)}.${1 + random(250)}`,
    service,
    peerPort: 443,
    clientPort: 1024 + random(64_000),
    gatewayPort: 1024 + random(64_000),
    up: { packets: up, bytes: up * (60 + random(120)) },
    down: { packets: down, bytes: down * (600 + random(860)) },
    start,
    end: start + random(40),
    tcpFlags: [0, 2, 3, 19][random(4)] ?? 0,
  };
}
