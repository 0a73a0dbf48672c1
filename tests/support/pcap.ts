/** A UDP payload in a capture, and its source address. */
export interface CapturedDatagram {
  readonly sender: string;
  readonly payload: Uint8Array;
}

const FILE_HEADER_OCTETS = 24;
const PACKET_HEADER_OCTETS = 16;
const LITTLE_ENDIAN_MAGIC = 0xa1b2c3d4;
const ETHERNET_OCTETS = 14;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_UDP = 17;
const UDP_OCTETS = 8;

function udpOf(frame: Buffer): CapturedDatagram[] {
  const ip = frame.subarray(ETHERNET_OCTETS);
  if (frame.readUInt16BE(12) !== ETHERTYPE_IPV4 || ip.readUInt8(9) !== PROTOCOL_UDP) return [];
  const udp = ip.subarray((ip.readUInt8(0) & 0x0f) * 4);
  const payload = udp.subarray(UDP_OCTETS, udp.readUInt16BE(4));
  return [{ sender: ip.subarray(12, 16).join('.'), payload }];
}

/** The UDP datagrams over IPv4 and Ethernet in a classic little-endian pcap file, in order. */
export function readPcap(file: Buffer): CapturedDatagram[] {
  if (file.readUInt32LE(0) !== LITTLE_ENDIAN_MAGIC) throw new TypeError('not a little-endian pcap');
  const datagrams: CapturedDatagram[] = [];
  let at = FILE_HEADER_OCTETS;
  while (at < file.length) {
    const end = at + PACKET_HEADER_OCTETS + file.readUInt32LE(at + 8);
    datagrams.push(...udpOf(file.subarray(at + PACKET_HEADER_OCTETS, end)));
    at = end;
  }
  return datagrams;
}
