import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { type Exchange, exchangeWriter } from '../../shared/flowlog/nat-exchange.ts';

/** One exchange through one of some gateways. */
export interface Talk {
  readonly gateway?: number;
  readonly client: string;
  readonly peer: string;
  readonly service: string;
  readonly port?: number;
  readonly start: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** The interface of a gateway in the lines. */
export const interfaceOf = (gateway: number) => `eni-0a11bb22cc33dd4${gateway}0`;

/** Flow log lines of several gateways: each exchange in four lines. */
export function linesOf(talks: readonly Talk[]): string {
  const writers = [0, 1, 2].map((gateway) =>
    exchangeWriter(RECORDING_FORMAT, {
      address: `10.20.0.22${gateway}`,
      values: { version: 5, 'account-id': '123456789012', 'interface-id': interfaceOf(gateway) },
    }),
  );
  const lines = talks.flatMap((talk) => writers[talk.gateway ?? 0]?.(exchangeOf(talk)) ?? []);
  return `${[RECORDING_FORMAT.join(' '), ...lines].join('\n')}\n`;
}

function exchangeOf({
  client,
  peer,
  service,
  port: peerPort = 443,
  start,
  seconds,
  bytes,
}: Talk): Exchange {
  const counter = (share: number) => ({
    bytes: Math.round(bytes * share),
    packets: Math.ceil((bytes * share) / 1400),
  });
  return {
    ...{ client, peer, service, start, end: start + seconds - 1, tcpFlags: 0 },
    ...{ clientPort: 40_000, gatewayPort: 40_000, peerPort },
    ...{ up: counter(0.1), down: counter(0.9) },
  };
}
