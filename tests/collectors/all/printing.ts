import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';
import { end, runFirst, start, until } from '../program.ts';

/** A program that listens on a port and prints flows. */
export interface Printing {
  readonly port: number;
  /** Waits until it has printed nothing for a while, ends it, and returns what it printed. */
  readonly stop: () => Promise<string>;
  readonly drops: () => number;
}

/** Starts a program that prints flows; `args` has the arguments for a port. */
export async function startPrinting(
  program: string,
  args: (port: number) => string[],
  folder: string,
): Promise<Printing> {
  const port = await freePort();
  const log = join(folder, `${port}.log`);
  const child = await start(program, args(port), '', log);
  const drops = () => udpSockets(port).reduce((sum, each) => sum + each, 0);
  await until(`${program} binding its port`, () => udpSockets(port).length > 0);
  runFirst(child);
  const stop = async () => {
    let before = -1;
    for (let text = ''; text.length !== before; ) {
      before = text.length;
      await sleep(700);
      text = readFileSync(log, 'utf8');
    }
    await end(child, program === 'ra' ? 'SIGINT' : 'SIGTERM');
    return readFileSync(log, 'utf8');
  };
  return { port, stop, drops };
}

/** The drops of all sockets of a port: goflow2 has several. */
function udpSockets(port: number): number[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/udp', '/proc/net/udp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[1]?.endsWith(suffix))
    .map((words) => Number(words.at(-1)));
}
