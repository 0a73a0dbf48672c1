import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { argv } from 'node:process';
import { openPcap } from '../support/pcap-writer.ts';

/**
 * Records what comes to a UDP port of the loopback address in a pcap file until it is told to end:
 * `node record.ts ADDRESS PORT FILE`. A process of its own, because a busy one loses datagrams.
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
