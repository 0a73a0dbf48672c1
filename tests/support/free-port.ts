import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { pid } from 'node:process';

const LOOPBACK = '127.0.0.1';
/** Below the ports that Linux gives to sockets that ask for none, from 32768 on by default. */
const FIRST = 16_384;
const COUNT = 16_384;

/** Test processes start apart from each other. */
let next = (pid * 257) % COUNT;

/**
 * A port of the loopback address that no UDP and no TCP socket has, for a program that cannot choose one itself. A
 * port is returned once in the life of this process, and the kernel gives it to nothing that asks for any free port,
 * so it stays free until the program binds it.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried++) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if ((await isFreeForUdp(port)) && (await isFreeForTcp(port))) return port;
  }
  throw new Error(`no port of ${LOOPBACK} from ${FIRST} to ${FIRST + COUNT - 1} is free`);
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const bound = once(socket, 'listening').then(
    () => true,
    () => false,
  );
  socket.bind(port, LOOPBACK);
  const isFree = await bound;
  await new Promise<void>((closed) => socket.close(() => closed()));
  return isFree;
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer();
  const bound = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, LOOPBACK);
  const isFree = await bound;
  if (isFree) await new Promise<void>((closed) => server.close(() => closed()));
  return isFree;
}
