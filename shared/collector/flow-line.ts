import { type DataRecord, type Header, streamId, type Value } from './decode/packet.ts';
import { flowTimes } from './flow-times.ts';

/** An integer; above 2^53-1, and for times, its decimal digits. */
type Quantity = number | string;

/** One received flow, with goflow2's names where it has one. A value that the exporter left out is 0 or ''. */
export interface FlowLine {
  readonly type: 'NETFLOW_V5' | 'NETFLOW_V9' | 'IPFIX';
  readonly time_received_ns: string;
  readonly sequence_num: number;
  /**
   * One packet of this many was counted, a fraction where the exporter's interval is one. 0 when the exporter states no
   * sampling; null when it names a sampler, but not the rate of that sampler.
   */
  readonly sampling_rate: number | null;
  readonly sampler_address: string;
  /** Absent when the exporter sent no time, or one that cannot be converted. */
  readonly time_flow_start_ns?: string;
  readonly time_flow_end_ns?: string;
  readonly bytes: Quantity;
  readonly packets: Quantity;
  readonly src_addr: string;
  readonly dst_addr: string;
  readonly etype: 'IPv4' | 'IPv6' | '';
  /** goflow2's name of the protocol, else its number. */
  readonly proto: string;
  readonly src_port: number;
  readonly dst_port: number;
  readonly in_if: number;
  readonly out_if: number;
  readonly tcp_flags: number;
  readonly observation_domain_id: number;
  /** 0 ingress, 1 egress. */
  readonly flow_direction?: number;
  /** RFC 7270 section 4.12. */
  readonly forwarding_status?: number;
  readonly post_nat_src_addr?: string;
  readonly post_nat_dst_addr?: string;
}

/** Values of a flow that come from its datagram. */
export interface Reception {
  readonly header: Header;
  readonly sender: string;
  /** Unix ms. */
  readonly receivedMs: number;
  readonly samplingRate: number | null;
  /** Unix ms of SysUptime 0, from the exporter's options data. */
  readonly bootMs: number | undefined;
}

const TYPES = { 5: 'NETFLOW_V5', 9: 'NETFLOW_V9', 10: 'IPFIX' } as const;
const GOFLOW2_PROTOCOLS: Record<number, string> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  58: 'ICMPv6',
  132: 'SCTP',
};
const NS_PER_MS = 1_000_000n;

type Values = DataRecord['values'];

function text(value: Value | undefined): string {
  return value === undefined ? '' : String(value);
}

function small(value: Value | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function quantity(value: Value | undefined): Quantity {
  return typeof value === 'bigint' ? String(value) : small(value);
}

function etype(values: Values): FlowLine['etype'] {
  const version = values['ipVersion'];
  if (values['sourceIPv4Address'] !== undefined || version === 4) return 'IPv4';
  return values['sourceIPv6Address'] !== undefined || version === 6 ? 'IPv6' : '';
}

function natAndStatus(values: Values): Partial<FlowLine> {
  const source = text(values['postNATSourceIPv4Address'] ?? values['postNATSourceIPv6Address']);
  const destination = text(
    values['postNATDestinationIPv4Address'] ?? values['postNATDestinationIPv6Address'],
  );
  const { flowDirection: direction, forwardingStatus: status } = values;
  return {
    ...(typeof direction === 'number' && { flow_direction: direction }),
    ...(typeof status === 'number' && { forwarding_status: status }),
    ...(source !== '' && { post_nat_src_addr: source }),
    ...(destination !== '' && { post_nat_dst_addr: destination }),
  };
}

/** The flow that a data record of a decoded packet describes. */
export function flowLine(record: DataRecord, reception: Reception): FlowLine {
  const { values } = record;
  const { header } = reception;
  const protocol = small(values['protocolIdentifier']);
  return {
    type: TYPES[header.version],
    time_received_ns: String(BigInt(Math.trunc(reception.receivedMs)) * NS_PER_MS),
    sequence_num: header.sequence,
    sampling_rate: reception.samplingRate,
    sampler_address: reception.sender,
    ...flowTimes(record, header, reception.bootMs),
    bytes: quantity(values['octetDeltaCount'] ?? values['octetTotalCount']),
    packets: quantity(values['packetDeltaCount'] ?? values['packetTotalCount']),
    src_addr: text(values['sourceIPv4Address'] ?? values['sourceIPv6Address']),
    dst_addr: text(values['destinationIPv4Address'] ?? values['destinationIPv6Address']),
    etype: etype(values),
    proto: GOFLOW2_PROTOCOLS[protocol] ?? String(protocol),
    src_port: small(values['sourceTransportPort']),
    dst_port: small(values['destinationTransportPort']),
    in_if: small(values['ingressInterface']),
    out_if: small(values['egressInterface']),
    tcp_flags: small(values['tcpControlBits']),
    observation_domain_id: streamId(header),
    ...natAndStatus(values),
  };
}
