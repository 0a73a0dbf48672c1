import type { FakeFlowLog } from '../local-aws/fake-ec2.ts';
import type { Exchange } from './exchanges.ts';

type Values = Readonly<Record<string, string | number>>;

/** What its lines say of a NAT gateway. */
export interface GatewayAddress {
  readonly id: string;
  /** The private address in front of which the gateway's clients are. */
  readonly address: string;
  readonly vpcId: string;
  readonly subnetId: string;
}

/**
 * The four lines that AWS writes of an exchange through a NAT gateway, in the flow log's own format.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
 */
export function exchangeLines(
  flowLog: FakeFlowLog,
  gateway: GatewayAddress,
  exchange: Exchange,
): string[] {
  const common = {
    ...commonValues(flowLog, gateway),
    protocol: 6,
    start: exchange.start,
    end: exchange.end,
    action: 'ACCEPT',
    'log-status': 'OK',
    'tcp-flags': exchange.tcpFlags,
    type: 'IPv4',
  };
  return legsOf(exchange, gateway, isRegional(flowLog)).map((leg) =>
    render(flowLog, { ...common, ...leg }),
  );
}

/** The line of a window (Unix seconds) without traffic, or of which some was not captured. */
export function statusLine(
  flowLog: FakeFlowLog,
  gateway: GatewayAddress,
  status: 'NODATA' | 'SKIPDATA',
  [start, end]: readonly [number, number],
): string {
  const common = commonValues(flowLog, gateway);
  return render(flowLog, { ...common, start, end, 'log-status': status });
}

function commonValues(flowLog: FakeFlowLog, gateway: GatewayAddress): Values {
  return {
    version: 9,
    'account-id': '123456789012',
    'interface-id': isRegional(flowLog) ? '-' : flowLog.resourceId,
    'resource-id': isRegional(flowLog) ? flowLog.resourceId : '-',
    'vpc-id': gateway.vpcId,
    'subnet-id': isRegional(flowLog) ? '-' : gateway.subnetId,
    'az-id': 'use1-az1',
  };
}

function isRegional({ resourceType }: FakeFlowLog): boolean {
  return resourceType === 'RegionalNatGateway';
}

function render({ format }: FakeFlowLog, values: Values): string {
  return format.replace(/\$\{([a-z0-9-]+)\}/g, (_, name) => String(values[name] ?? '-'));
}

interface End {
  readonly address: string;
  readonly port: number;
  readonly service: string;
}

/** Client to gateway, gateway to internet, and both back; a regional gateway shows the final ends. */
function legsOf(exchange: Exchange, { address }: GatewayAddress, regional: boolean): Values[] {
  const { up, down, service } = exchange;
  const client = { address: exchange.client, port: exchange.clientPort, service: '-' };
  const peer = { address: exchange.peer, port: exchange.peerPort, service };
  const translated = 1024 + ((exchange.clientPort * 7) % 64_000);
  const gateway = { address, port: translated, service: '-' };
  // On the client's side the gateway stands in for the peer, with the peer's port.
  const inside = regional ? peer : { ...gateway, port: peer.port };
  return [
    { ...way(client, inside, client, peer), ...up, 'flow-direction': 'ingress' },
    { ...way(gateway, peer, gateway, peer), ...up, ...egress(8) },
    { ...way(peer, gateway, peer, gateway), ...down, 'flow-direction': 'ingress' },
    { ...way(inside, client, peer, client), ...down, ...egress(1) },
  ];
}

function way(from: End, to: End, packetFrom: End, packetTo: End): Values {
  return {
    srcaddr: from.address,
    srcport: from.port,
    dstaddr: to.address,
    dstport: to.port,
    'pkt-srcaddr': packetFrom.address,
    'pkt-dstaddr': packetTo.address,
    'pkt-src-aws-service': packetFrom.service,
    'pkt-dst-aws-service': packetTo.service,
  };
}

function egress(path: number): Values {
  return { 'flow-direction': 'egress', 'traffic-path': path };
}
