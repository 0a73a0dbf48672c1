import { isIPv4 } from 'node:net';
import { type ContinuousSource, isTransit } from '../../shared/continuous/sources.ts';
import {
  RECORDING_FORMAT_WITHOUT_RESOURCE,
  TRANSIT_GATEWAY_FORMAT,
} from '../../shared/flowlog/format.ts';
import { statusLine } from '../../shared/flowlog/nat-exchange.ts';
import { randomSource } from '../../shared/flowlog/synth.ts';
import { parseCollectors } from '../../shared/netflow/collectors.ts';

/** What the lines of a minute depend on. */
interface MinuteSettings {
  readonly seed: number;
  /** Unix seconds. */
  readonly start: number;
  /** host:port,…: the forwarder's own datagrams are in a VPC's flow log as well. */
  readonly collectors: string;
}

interface End {
  readonly address: string;
  readonly port: number;
}

const CONNECTIONS = 60;
const MINUTE_S = 60;
const PACKET = 1400;
const TCP = 6;
const UDP = 17;
const FORWARDER: End = { address: '10.20.9.7', port: 40_000 };
const COMMON = { version: 5, 'account-id': '123456789012', 'log-status': 'OK', type: 'IPv4' };

/** The lines of one minute of a source: each direction of a connection at both of its ends. */
export function continuousMinute(source: ContinuousSource, settings: MinuteSettings): string[] {
  const { seed, start, collectors } = settings;
  const format = isTransit(source) ? TRANSIT_GATEWAY_FORMAT : RECORDING_FORMAT_WITHOUT_RESOURCE;
  const own = isTransit(source)
    ? { ...COMMON, version: 6, 'resource-type': source.resourceType, 'tgw-id': source.id }
    : { ...COMMON, action: 'ACCEPT', 'vpc-id': source.id };
  const random = randomSource(seed * 100_000 + start / MINUTE_S);
  const line = (from: End, to: End, protocol: number, bytes: number, more: object) => {
    const values: Readonly<Record<string, string | number>> = {
      ...{ ...own, srcaddr: from.address, dstaddr: to.address, srcport: from.port },
      ...{ dstport: to.port, 'pkt-srcaddr': from.address, 'pkt-dstaddr': to.address, protocol },
      ...{ packets: Math.ceil(bytes / PACKET), bytes, start, end: start + MINUTE_S - 1 },
      ...more,
    };
    return format.map((name) => values[name] ?? '-').join(' ');
  };
  const bothEnds = (from: End, to: End, protocol: number, bytes: number) =>
    ['egress', 'ingress'].map((direction) =>
      line(from, to, protocol, bytes, { 'flow-direction': direction, 'interface-id': 'eni-0c' }),
    );
  const connections = Array.from({ length: CONNECTIONS }, () => {
    const client = {
      address: `10.20.${random(8)}.${1 + random(250)}`,
      port: 1024 + random(60_000),
    };
    const server = { address: `10.40.1.${1 + random(9)}`, port: 5432 };
    const bytes = 1000 + random(1_000_000);
    return [...bothEnds(client, server, TCP, bytes), ...bothEnds(server, client, TCP, 40 * bytes)];
  });
  const [collector] = parseCollectors(collectors, 2055);
  const datagrams =
    collector !== undefined && isIPv4(collector.host)
      ? [line(FORWARDER, { address: collector.host, port: collector.port }, UDP, 9000, {})]
      : [];
  const silent = statusLine(format, own, 'NODATA', [start, start + MINUTE_S]);
  return [...connections.flat(), ...datagrams, silent];
}
