import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Content } from './content.ts';

/** A program and its arguments. */
export type CommandLine = readonly string[];

/** The output of a run (JSON on standard output), and its duration. */
export interface Finished {
  readonly processSeconds: number;
  /** Processor time, to a hundredth of a second; NaN without Linux's /proc. */
  readonly cpuSeconds: number;
  readonly said: Record<string, unknown>;
  /** The output of `peak.js` on descriptor 3; undefined for a program without it. */
  readonly peakKb: number | undefined;
}

const TICKS_PER_SECOND = 100;

function start([program = '', ...args]: CommandLine): ChildProcess {
  return spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
}

function output(child: ChildProcess, descriptor: number): Readable {
  const stream = child.stdio[descriptor];
  if (!(stream instanceof Readable)) throw new TypeError(`no output on ${descriptor}`);
  return stream;
}

/**
 * Runs a program that prints one line of JSON, or nothing.
 * @throws Error with the program's standard error when it fails.
 */
export async function run(command: CommandLine): Promise<Finished> {
  const began = performance.now();
  const cpuBefore = cpuOfChildren();
  const child = start(command);
  child.stdin?.end();
  const texts = Promise.all([1, 2, 3].map((descriptor) => text(output(child, descriptor))));
  const [code] = await once(child, 'exit');
  const processSeconds = (performance.now() - began) / 1000;
  const cpuSeconds = cpuOfChildren() - cpuBefore;
  const [said = '', errors = '', peak = ''] = await texts;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${errors}`);
  const peakKb = Number.parseInt(peak, 10) || undefined;
  return { processSeconds, cpuSeconds, said: JSON.parse(said || '{}'), peakKb };
}

/** Seconds of processor time that the children of this process took until they ended: cutime and cstime of proc(5). */
function cpuOfChildren(): number {
  try {
    const [, numbers = ''] = readFileSync('/proc/self/stat', 'utf8').split(') ');
    const [user = '', system = ''] = numbers.split(' ').slice(13, 15);
    return (Number(user) + Number(system)) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

/** Runs `job` with the port of a new collector, and returns what arrived there. */
export async function intoSink<T>(
  sink: CommandLine,
  job: (port: number) => Promise<T>,
): Promise<{ done: T; arrived: Content }> {
  const child = start(sink);
  const [port] = await once(output(child, 1), 'data');
  const rest = text(output(child, 1));
  try {
    const done = await job(Number(port));
    child.stdin?.end();
    return { done, arrived: JSON.parse(await rest) };
  } finally {
    child.stdin?.end();
  }
}

/** The median; NaN of no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[sorted.length % 2 ? middle : middle - 1],
    sorted[middle],
  ];
  return (low + high) / 2;
}

/** The median of the ratios of two programs within each round. */
export function ratio(over: readonly number[], under: readonly number[]): number {
  return median(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}
