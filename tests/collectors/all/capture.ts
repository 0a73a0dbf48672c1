import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Version } from '../flow.ts';
import { LOOPBACK } from '../program.ts';
import type { Capture } from './collectors.ts';

const MAIN = fileURLToPath(new URL('../../../services/cli/natflow.js', import.meta.url));

/** Runs `natflow replay` to this port of the loopback address. */
export async function replayTo(port: number, version: Version, ...more: string[]): Promise<void> {
  const args = [MAIN, 'replay', '-n', `${LOOPBACK}:${port}`, '-v', `${version}`, ...more];
  await promisify(execFile)(execPath, args).catch((error) => {
    // Flows that v5 cannot carry are told of.
    if (error.code !== 0) throw error;
  });
}

/** What `natflow replay` sends of a log: with options data in v9 and IPFIX. */
export async function capture(log: string, version: Version): Promise<Capture> {
  const datagrams: Buffer[] = [];
  const socket = createSocket({ type: 'udp4', recvBufferSize: 2 ** 22 });
  socket.on('message', (datagram) => datagrams.push(datagram)).bind(0, LOOPBACK);
  await once(socket, 'listening');
  await replayTo(socket.address().port, version, ...(version === 5 ? [] : ['--options']), log);
  await sleep(200);
  socket.close();
  return { version, datagrams };
}
