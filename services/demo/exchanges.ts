import type { Random } from '../../shared/flowlog/synth.ts';

/** Packets and bytes that went one way. */
interface Counter {
  readonly packets: number;
  readonly bytes: number;
}

/** What a client and a host on the internet sent each other through a NAT gateway; times in Unix seconds. */
export interface Exchange {
  readonly start: number;
  readonly end: number;
  readonly client: string;
  readonly clientPort: number;
  readonly peer: string;
  readonly peerPort: number;
  /** AWS's word for the peer, `-` where it has none. */
  readonly service: string;
  readonly up: Counter;
  readonly down: Counter;
  readonly tcpFlags: number;
}

/** Somebody who talks to something: how large a part of the traffic, and how much of that is upload. */
export interface Talk {
  readonly client: string;
  readonly peers: string;
  readonly port: number;
  readonly service: string;
  readonly share: number;
  readonly upload: number;
}

const PACKET = 1400;
const MINUTE = 60;

/** Exchanges of one minute that together have (nearly, never more than) so many bytes. */
export function drawExchanges(
  random: Random,
  talks: readonly Talk[],
  { bytes, count, start }: { bytes: number; count: number; start: number },
): Exchange[] {
  const drawn = Array.from({ length: count }, () => ({
    talk: pick(random, talks),
    weight: 500 + random(1000),
  }));
  const total = drawn.reduce((sum, { weight }) => sum + weight, 0);
  return drawn.map(({ talk, weight }) =>
    exchange(random, talk, { start, bytes: Math.floor((bytes * weight) / total) }),
  );
}

function pick(random: Random, talks: readonly Talk[]): Talk {
  let dice = random(1_000_000) / 1_000_000;
  for (const talk of talks) {
    dice -= talk.share;
    if (dice < 0) return talk;
  }
  const last = talks.at(-1);
  if (last === undefined) throw new RangeError('nobody talks');
  return last;
}

function exchange(
  random: Random,
  { client, peers, port, service, upload }: Talk,
  { start, bytes }: { start: number; bytes: number },
): Exchange {
  const from = start + random(MINUTE - 5);
  const up = Math.floor(bytes * upload);
  return {
    start: from,
    end: from + random(start + MINUTE - from),
    client,
    clientPort: 1024 + random(64_000),
    // A few hosts have most of it.
    peer: `${peers}${1 + random(1 + random(1 + random(60)))}`,
    peerPort: port,
    service,
    up: counter(up),
    down: counter(bytes - up),
    tcpFlags: [0, 2, 3, 19][random(4)] ?? 0,
  };
}

function counter(bytes: number): Counter {
  return { bytes, packets: Math.max(1, Math.ceil(bytes / PACKET)) };
}
