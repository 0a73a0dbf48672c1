import type { Content } from './content.ts';
import { type Program, withPeak } from './programs.ts';
import { type CommandLine, intoSink, median, run } from './run.ts';

/** A run from gzip file to datagrams. */
export interface Sent {
  readonly seconds: number;
  readonly processSeconds: number;
  readonly cpuSeconds: number;
  readonly flows: number;
  readonly peakMb: number;
  readonly arrived: Content;
}

/** A run of parsing and encoding, in memory. */
export interface Encoded {
  readonly ns: number;
  readonly content: Content;
}

/** The runs of each program, in the order of the rounds. */
export type Runs<T> = ReadonlyMap<string, readonly T[]>;

/** Interleaved (A B C A B C …), so that runs that are compared see the machine under the same load. */
export async function interleave<T>(
  programs: readonly Program[],
  rounds: number,
  once: (program: Program) => Promise<T>,
): Promise<Runs<T>> {
  const runs = new Map<string, T[]>(programs.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const program of programs) runs.get(program.name)?.push(await once(program));
  }
  return runs;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`not a number: ${value}`);
  return value;
}

async function send(sink: CommandLine, command: (port: number) => CommandLine): Promise<Sent> {
  const { done, arrived } = await intoSink(sink, (port) => run(command(port)));
  const { processSeconds, cpuSeconds, said, peakKb } = done;
  return {
    seconds: number(said['seconds']),
    processSeconds,
    cpuSeconds,
    flows: number(said['flows']),
    peakMb: (peakKb ?? Number(said['peakKb'])) / 1024,
    arrived,
  };
}

/** Runs gzip file to datagrams once. */
export function sendOnce(sink: CommandLine, program: Program, gzip: string): Promise<Sent> {
  return send(sink, (port) => program.send(port, gzip));
}

/** Runs gzip file to datagrams once and measures memory, which makes it slightly slower. */
export function sendWatched(sink: CommandLine, program: Program, gzip: string): Promise<Sent> {
  return send(sink, (port) => withPeak(program.send(port, gzip)));
}

/** Parses and encodes this many times in one process. The first third is warm-up. */
export async function encodeOnce(program: Program, times: number, text: string): Promise<Encoded> {
  const { said } = await run(program.encode(times, text));
  const { ns, ...content } = said as unknown as { ns: number[] } & Content;
  return { ns: median(ns.slice(Math.floor(times / 3))), content };
}

/** The figures that all programs must agree on. The number of datagrams may differ. */
export function sameContent(a: Content, b: Content): boolean {
  return a.records === b.records && a.octets === b.octets && a.digest === b.digest;
}
