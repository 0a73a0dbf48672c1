import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { env } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Flow } from './flow.ts';

export const LOOPBACK = '127.0.0.1';

/** Losses and errors of a collector's run. */
export interface Trouble {
  /** Datagrams that the kernel dropped at the collector's socket, which is not the sender's fault. */
  drops: number;
  /** Gaps in the sequence numbers that the collector found. */
  sequenceFailures: number;
  /** Other errors and warnings about datagrams. */
  complaints: string[];
}

/** A running collector that listens on `port` of the loopback address. */
export interface Collector {
  program: string;
  port: number;
  /** Waits for the collector to finish, ends it, and passes on each of its flows. */
  stop: (hold: (flow: Flow) => void) => Promise<Trouble>;
  /** Kills the collector; does nothing when it has ended. */
  kill: () => Promise<void>;
}

function missing(program: string, debianPackage: string, error: NodeJS.ErrnoException): Error {
  return error.code === 'ENOENT'
    ? new Error(`${program} is not installed: apt-get install ${debianPackage}`, { cause: error })
    : error;
}

/** Starts a program with its output in `log`; rejects with the Debian package to install when it is missing. */
export async function start(
  program: string,
  args: string[],
  debianPackage: string,
  log: string,
): Promise<ChildProcess> {
  const output = openSync(log, 'w');
  const child = spawn(program, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw missing(program, debianPackage, error as NodeJS.ErrnoException);
  }
  return child;
}

/**
 * Gives a process real-time priority, because on a busy machine a collector's buffer may overflow while it waits for
 * a processor. Only root is allowed to; otherwise does nothing.
 */
export function runFirst({ pid }: ChildProcess): void {
  spawnSync('chrt', ['--all-tasks', '--fifo', '--pid', '1', `${pid}`], { stdio: 'ignore' });
}

/** Ends a process that `start` started, and waits for its exit. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
}

/** The output of a program with times in UTC, split at `separator`. @throws Error when it is missing or fails. */
export async function* piecesOf(
  program: string,
  args: string[],
  debianPackage: string,
  separator = '\n',
): AsyncGenerator<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, TZ: 'UTC' },
  });
  const exit = once(child, 'close').catch((error: NodeJS.ErrnoException) => {
    throw missing(program, debianPackage, error);
  });
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const pieces = `${rest}${chunk}`.split(separator);
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  yield rest;
  const [code] = await exit;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
}

/** Waits until `condition` holds. @throws Error that names `what` after `limitMs`. */
export async function until(
  what: string,
  condition: () => boolean,
  limitMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`gave up after ${limitMs} ms: ${what}`);
    await delay(20);
  }
}

/** The kernel's row for the IPv4 UDP socket bound to `port`; undefined while there is none. */
export function udpSocket(port: number): { queued: number; drops: number } | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1)) {
    const words = line.trim().split(/\s+/);
    if (words[1]?.endsWith(suffix)) {
      const [, queued = '0'] = words[4]?.split(':') ?? [];
      return { queued: Number.parseInt(queued, 16), drops: Number(words.at(-1)) };
    }
  }
  return undefined;
}

/** Whether a process is waiting, and so has processed everything that it read from its socket. */
function sleeps(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('S');
}

/** Waits until the collector `child` has read everything sent to `port`. Returns the number of drops by the kernel. */
export async function drained(child: ChildProcess, port: number): Promise<number> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) throw new Error('the collector ended early');
  const idle = () => udpSocket(port)?.queued === 0 && sleeps(pid);
  await until(`reading all that was sent to port ${port}`, idle);
  return udpSocket(port)?.drops ?? 0;
}
