import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK } from '../program.ts';

/** Sends datagrams from one socket, with pauses in which any collector reads them. */
export async function sendAll(datagrams: readonly Uint8Array[], port: number): Promise<void> {
  const socket = createSocket('udp4');
  for (const datagram of datagrams) {
    await new Promise((sent) => socket.send(datagram, port, LOOPBACK, sent));
    await sleep(2);
  }
  socket.close();
}
