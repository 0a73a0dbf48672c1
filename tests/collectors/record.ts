import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { argv } from 'node:process';
import { openPcap } from '../support/pcap-writer.ts';

/**
 * Records the datagrams to a loopback UDP port in a pcap file until it gets a signal:
 * `node record.ts ADDRESS PORT FILE`. A separate process, because a busy one drops datagrams.
 */
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024;

const [address = '', port = '', file = ''] = argv.slice(2);
const here = { address, port: Number(port) };
const pcap = openPcap(file);
const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_OCTETS });
socket.on('message', (payload, from) => pcap.write(payload, from, here, Date.now()));
socket.bind(here);
await once(process, 'SIGTERM');
socket.close();
pcap.close();
