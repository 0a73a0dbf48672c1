import type { Content } from './content.ts';
import { type Program, withPeak } from './programs.ts';
import { type CommandLine, intoSink, median, run } from './run.ts';

/** One run of the whole job. */
export interface Sent {
  readonly seconds: number;
  readonly processSeconds: number;
  readonly flows: number;
  readonly peakMb: number;
  readonly arrived: Content;
}

/** One run of parse and encode. */
export interface Encoded {
  readonly ns: number;
  readonly content: Content;
}

/** The runs of each program, in the order of the rounds. */
export type Runs<T> = ReadonlyMap<string, readonly T[]>;

/** A B C A B C …: neighbours share the machine's mood. */
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
  const { processSeconds, said, peakKb } = done;
  return {
    seconds: number(said['seconds']),
    processSeconds,
    flows: number(said['flows']),
    peakMb: (peakKb ?? Number(said['peakKb'])) / 1024,
    arrived,
  };
}

/** The whole job, once. */
export function sendOnce(sink: CommandLine, program: Program, gzip: string): Promise<Sent> {
  return send(sink, (port) => program.send(port, gzip));
}

/** The whole job, once, with an eye on memory (and a little slower for it). */
export function sendWatched(sink: CommandLine, program: Program, gzip: string): Promise<Sent> {
  return send(sink, (port) => withPeak(program.send(port, gzip)));
}

/** Parse and encode so many times in one process; the first third of them is for warming up. */
export async function encodeOnce(program: Program, times: number, text: string): Promise<Encoded> {
  const { said } = await run(program.encode(times, text));
  const { ns, ...content } = said as unknown as { ns: number[] } & Content;
  return { ns: median(ns.slice(Math.floor(times / 3))), content };
}

/** What two programs must agree in; the number of datagrams is their own affair. */
export function sameContent(a: Content, b: Content): boolean {
  return a.records === b.records && a.octets === b.octets && a.digest === b.digest;
}
