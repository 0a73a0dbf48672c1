import type { Counter, Exchange } from '../../shared/flowlog/nat-exchange.ts';
import type { Random } from '../../shared/flowlog/synth.ts';

/** A part of the traffic: one client and a range of peers. */
export interface Talk {
  readonly client: string;
  /** The first three octets of the peers' addresses, with the dot after them. */
  readonly peers: string;
  readonly port: number;
  readonly service: string;
  /** The name that the client looks up for the peers, which may be an alias; absent where none is logged. */
  readonly name?: { readonly host: string; readonly alias?: string };
  /** Share of all exchanges; the shares of a list add up to 1. */
  readonly share: number;
  /** Share of the bytes that the client sends. */
  readonly upload: number;
}

/** Bytes in a full packet. */
const PACKET = 1400;
const MINUTE = 60;
/** Seconds of a minute in which exchanges begin. */
const LATEST_BEGIN = 58;
const FIRST_PORT = 1024;
const PORTS = 64_000;
/** Peers of a talk end with 1 to this. */
export const HOSTS = 60;

/**
 * Exchanges of one minute, which begin one after another all over it. Their bytes add up to at most `bytes`: what
 * rounding cuts off is missing.
 */
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
  return drawn.map(({ talk, weight }, index) => {
    const part = (index + random(1000) / 1000) / count;
    const from = start + Math.floor(part * LATEST_BEGIN);
    const share = Math.floor((bytes * weight) / total);
    return exchangeOf(random, talk, { from, until: start + MINUTE, bytes: share });
  });
}

function pick(random: Random, talks: readonly Talk[]): Talk {
  let dice = random(1_000_000) / 1_000_000;
  for (const talk of talks) {
    dice -= talk.share;
    if (dice < 0) return talk;
  }
  const last = talks.at(-1);
  if (last === undefined) throw new RangeError('the list of talks is empty');
  return last;
}

function exchangeOf(
  random: Random,
  { client, peers, port, service, upload }: Talk,
  { from, until, bytes }: { from: number; until: number; bytes: number },
): Exchange {
  const up = Math.floor(bytes * upload);
  const end = from + random(until - from);
  const clientPort = FIRST_PORT + random(PORTS);
  return {
    start: from,
    end,
    client,
    clientPort,
    gatewayPort: FIRST_PORT + ((clientPort * 7) % PORTS),
    // Nested draws: low addresses are frequent, so a few hosts get most of the exchanges.
    peer: `${peers}${1 + random(1 + random(1 + random(HOSTS)))}`,
    peerPort: port,
    service,
    up: counterOf(up),
    down: counterOf(bytes - up),
    tcpFlags: [0, 2, 3, 19][random(4)] ?? 0,
  };
}

function counterOf(bytes: number): Counter {
  return { bytes, packets: Math.max(1, Math.ceil(bytes / PACKET)) };
}
