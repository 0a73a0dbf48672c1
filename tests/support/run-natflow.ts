import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';

const MAIN = fileURLToPath(new URL('../../services/cli/natflow.cjs', import.meta.url));
const PEAK = fileURLToPath(new URL('../bench/peak.js', import.meta.url));

/** The script of the command. */
const COMMAND = ['--import', PEAK, MAIN];

/** The timeout of a test that starts the command. Generous, because the machine may be busy. */
export const PATIENCE_MS = 60_000;

const children: ChildProcess[] = [];
/** Children that a failed test may have left running. */
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** The output and the end of a command. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The peak memory in MiB. */
  readonly peakMib: number;
  /** The processor time including the start, independent of other programs on the machine. */
  readonly cpuMs: number;
}

/** The command as a running child: for signals, standard input and output. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `natflow …`. Its standard input stays open until the caller ends it. */
export function startNatflow(...args: string[]): Running {
  return start(process.execPath, [...COMMAND, ...args]);
}

/** Runs `natflow …` to its end. A file that exceeds this many bytes cannot be written, as on a full disk. */
export function natflowWithFilesOf(bytes: number, ...args: string[]): Promise<Ended> {
  // In blocks of 512 bytes (POSIX).
  const script = `ulimit -f ${Math.floor(bytes / 512)}; exec "$@"`;
  return runAlone('sh', '-c', script, 'sh', process.execPath, ...COMMAND, ...args);
}

/** Runs `natflow …` to its end in a process that imports this module first. */
export function natflowWith(module: URL, ...args: string[]): Promise<Ended> {
  return runAlone(process.execPath, '--import', module.href, ...COMMAND, ...args);
}

/** Runs `natflow …` to its end, subject to file permissions, which root can bypass. */
export function natflowWithoutPrivileges(...args: string[]): Promise<Ended> {
  const command = [process.execPath, ...COMMAND, ...args] as const;
  if (process.getuid?.() !== 0) return runAlone(...command);
  return runAlone('setpriv', '--bounding-set', '-dac_override,-dac_read_search', ...command);
}

/** Runs a program to its end with nothing on standard input. */
function runAlone(program: string, ...args: string[]): Promise<Ended> {
  const { child, ended } = start(program, args);
  child.stdin?.end();
  return ended;
}

function start(program: string, args: readonly string[]): Running {
  const child = spawn(program, args, {
    cwd: ROOT,
    // Passed explicitly, because in Jest process.env differs from the environment that a child inherits.
    env: process.env,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  // The command may end before it has read all of its input.
  child.stdin?.on('error', () => {});
  return { child, ended: end(child) };
}

async function end(child: ChildProcess): Promise<Ended> {
  const [, out, err, peak] = child.stdio as NodeJS.ReadableStream[];
  if (!out || !err || !peak) throw new Error('a child without its pipes');
  const [stdout, stderr, used, [code]] = await Promise.all([
    // A test may close the pipe early.
    buffer(out).catch(() => Buffer.alloc(0)),
    text(err),
    text(peak),
    once(child, 'close'),
  ]);
  const [peakKib = 0, cpuMs = 0] = used.split(' ').map(Number);
  return { code, stdout: stdout.toString(), stderr, peakMib: peakKib / 1024, cpuMs };
}

/** Runs `natflow …` to its end with nothing on standard input. */
export function natflow(...args: string[]): Promise<Ended> {
  return natflowReading('', ...args);
}

/** Runs `natflow …` to its end with this on standard input. */
export function natflowReading(input: string | Uint8Array, ...args: string[]): Promise<Ended> {
  const { child, ended } = startNatflow(...args);
  child.stdin?.end(input);
  return ended;
}
