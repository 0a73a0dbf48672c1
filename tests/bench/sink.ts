import { createSocket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';
import { addContent, noContent } from './content.ts';

/** sink.c for machines without a C compiler. It drops datagrams at full rate, which its counts show. */
const seen = noContent();
const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
socket.on('message', (packet) => addContent(seen, packet));

async function finish(): Promise<void> {
  for (let before = -1; before !== seen.packets; ) {
    before = seen.packets;
    await delay(100);
  }
  socket.close();
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}

socket.bind(0, '127.0.0.1', () => process.stdout.write(`${socket.address().port}\n`));
process.stdin.resume().on('end', () => void finish());
