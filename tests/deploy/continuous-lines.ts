import { parseFormat } from '../../shared/flowlog/format.ts';
import { type FlowLog, flow } from './traffic.ts';

/** Lines of a flow log, and the flows among them as `heldBy` tells them. */
interface Logged {
  readonly lines: readonly string[];
  readonly flows: readonly string[];
}

const WINDOW_S = 59;
const PACKET = 1000;

/**
 * What a flow log of a VPC or a transit gateway says of `count` connections, each other than those of another
 * `seed`: each direction at both ends, in the flow log's own format, and now and then a window without traffic.
 */
export function continuousLines({ LogFormat }: FlowLog, count: number, seed: number): Logged {
  const format = parseFormat(LogFormat);
  const isTransit = format.includes('tgw-id');
  const start = Math.floor(Date.now() / 1000) - WINDOW_S - 1;
  const lines: string[] = [];
  const flows: string[] = [];
  for (let i = 0; i < count; i++) {
    const client = { address: `10.${seed}.1.${(i % 250) + 1}`, port: 30_000 + i };
    const server = { address: `10.${seed}.2.${(i % 9) + 1}`, port: 5432 };
    for (const [from, to, bytes] of [
      [client, server, 1_000 + i],
      [server, client, 70_000 + i],
    ] as const) {
      for (const [direction, eni] of [
        ['egress', `eni-${from.port}`],
        ['ingress', `eni-${to.port}`],
      ]) {
        lines.push(
          write(format, {
            ...{ version: isTransit ? 6 : 5, 'account-id': '000000000000', 'interface-id': eni },
            ...{ srcaddr: from.address, dstaddr: to.address, srcport: from.port, dstport: to.port },
            ...{ 'pkt-srcaddr': from.address, 'pkt-dstaddr': to.address, protocol: 6 },
            ...{ packets: Math.ceil(bytes / PACKET), bytes, start, end: start + WINDOW_S },
            ...{ action: 'ACCEPT', 'log-status': 'OK', 'flow-direction': direction, type: 'IPv4' },
            ...{ 'resource-type': 'TransitGateway', 'tgw-id': 'tgw-1', 'tcp-flags': 0 },
          }),
        );
        flows.push(flow(`${from.address}:${from.port}`, `${to.address}:${to.port}`, bytes, start));
      }
    }
    if (i % 50 === 0) lines.push(write(format, { start, end: start, 'log-status': 'NODATA' }));
  }
  return { lines, flows };
}

function write(
  format: readonly string[],
  values: Readonly<Record<string, string | number | undefined>>,
) {
  return format.map((name) => values[name] ?? '-').join(' ');
}
