import { closeSync, openSync, writeSync } from 'node:fs';

/** libpcap's magic number for times in microseconds, and its version 2.4. */
const MAGIC = 0xa1b2c3d4;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;
const LINKTYPE_RAW = 101;
const SNAPSHOT_OCTETS = 65_535;

const RECORD_OCTETS = 16;
const IP_OCTETS = 20;
const UDP_OCTETS = 8;
const IP_VERSION_AND_LENGTH = 0x45;
const PROTOCOL_UDP = 17;

interface Endpoint {
  address: string;
  port: number;
}

/** Writes a pcap file of UDP datagrams over IPv4, like a capture but without checksums. */
export interface PcapWriter {
  write: (payload: Uint8Array, from: Endpoint, to: Endpoint, unixMs: number) => void;
  close: () => void;
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16BE(VERSION_MAJOR, 4);
  header.writeUInt16BE(VERSION_MINOR, 6);
  header.writeUInt32BE(SNAPSHOT_OCTETS, 16);
  header.writeUInt32BE(LINKTYPE_RAW, 20);
  return header;
}

function octets(address: string): number[] {
  return address.split('.').map(Number);
}

function headers(payloadOctets: number, from: Endpoint, to: Endpoint, unixMs: number): Buffer {
  const udpOctets = UDP_OCTETS + payloadOctets;
  const ipOctets = IP_OCTETS + udpOctets;
  const buffer = Buffer.alloc(RECORD_OCTETS + IP_OCTETS + UDP_OCTETS);
  buffer.writeUInt32BE(Math.floor(unixMs / 1000), 0);
  buffer.writeUInt32BE(Math.floor(unixMs % 1000) * 1000, 4);
  buffer.writeUInt32BE(ipOctets, 8);
  buffer.writeUInt32BE(ipOctets, 12);
  const ip = buffer.subarray(RECORD_OCTETS);
  ip[0] = IP_VERSION_AND_LENGTH;
  ip.writeUInt16BE(ipOctets, 2);
  ip[8] = 64;
  ip[9] = PROTOCOL_UDP;
  ip.set(octets(from.address), 12);
  ip.set(octets(to.address), 16);
  const udp = ip.subarray(IP_OCTETS);
  udp.writeUInt16BE(from.port, 0);
  udp.writeUInt16BE(to.port, 2);
  udp.writeUInt16BE(udpOctets, 4);
  return buffer;
}

/** Creates the file `path`, or empties it; close it before reading it. */
export function openPcap(path: string): PcapWriter {
  const file = openSync(path, 'w');
  writeSync(file, fileHeader());
  return {
    write: (payload, from, to, unixMs) => {
      writeSync(file, Buffer.concat([headers(payload.length, from, to, unixMs), payload]));
    },
    close: () => closeSync(file),
  };
}
