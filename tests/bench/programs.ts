import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCli } from '../../infra/build-cli.ts';
import { ROOT } from '../../shared/disk/installation.ts';
import type { CommandLine } from './run.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** The command line of `npx natflow`, with the flags of its shebang. */
export const CLI = ['--max-semi-space-size=2', here('../../services/cli/natflow.cjs')];

/** One of the programs that are compared. */
export interface Program {
  readonly name: string;
  /** Runs gzip file to datagrams; prints a line of JSON with `seconds` and `flows`. */
  readonly send: (port: number, gzip: string) => CommandLine;
  /** Runs text in memory to datagrams that are not sent; prints a line of JSON with `ns` and the digest. */
  readonly encode: (times: number, text: string) => CommandLine;
}

/** Installs natflow as its package has it, and returns its command line. */
export async function installPackage(folder: string): Promise<CommandLine> {
  await buildCli();
  for (const path of ['package.json', 'dist/cli', 'services/cli/natflow.cjs']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  return ['--max-semi-space-size=2', join(folder, 'services/cli/natflow.cjs')];
}

/** The command that sends a file to a port of this machine at full rate. */
export function replayTo(port: number, file: string, cli: CommandLine): CommandLine {
  const to = ['-n', `127.0.0.1:${port}`];
  return [process.execPath, ...cli, 'replay', '--json', '-v', '5', '--rate', 'max', ...to, file];
}

/** natflow: the command of an installed package, and parser and encoder in memory. */
export function natflowAt(cli: CommandLine): Program {
  return {
    name: 'natflow',
    send: (port, gzip) => replayTo(port, gzip, cli),
    encode: (times, text) => [process.execPath, here('ours.ts'), 'encode', String(times), text],
  };
}

/** The same program on one processor, where natflow has one thread; undefined without Linux's taskset. */
export function onOneProcessor({ name, send, encode }: Program): Program | undefined {
  const pinned = ['taskset', '--cpu-list', '0'];
  const [program = '', ...args] = [...pinned, 'true'];
  if (spawnSync(program, args).status !== 0) return undefined;
  return {
    name: `${name}, one thread`,
    send: (port, gzip) => [...pinned, ...send(port, gzip)],
    encode,
  };
}

/** Straightforward TypeScript without optimisation. */
export const NAIVE: Program = {
  name: 'naive TypeScript',
  send: (port, gzip) => [
    ...[process.execPath, here('naive.ts'), 'send', '127.0.0.1', String(port), gzip],
  ],
  encode: (times, text) => [process.execPath, here('naive.ts'), 'encode', String(times), text],
};

function plainC(binary: string): Program {
  return {
    name: 'plain C',
    send: (port, gzip) => [binary, 'send', '127.0.0.1', String(port), gzip],
    encode: (times, text) => [binary, 'encode', String(times), text],
  };
}

/** The command line with peak.js preloaded, if it has node. */
export function withPeak(command: CommandLine): CommandLine {
  const args = command.indexOf(process.execPath) + 1;
  if (args === 0) return command;
  return [...command.slice(0, args), '--import', here('peak.js'), ...command.slice(args)];
}

/** The command that writes flow log text with this many flows, the same text every time. */
export function synth(flows: number): CommandLine {
  return [process.execPath, ...CLI, 'synth', '--flows', String(flows), '--seed', '42'];
}

function compile(source: string, folder: string, libraries: string[]): string | undefined {
  const binary = join(folder, source.replace('.c', ''));
  const flags = ['-O3', '-Wall', '-Wextra', '-o', binary, here(source), ...libraries];
  try {
    execFileSync('cc', flags, { stdio: 'pipe' });
    return binary;
  } catch {
    return undefined;
  }
}

/** The C programs, if this machine can build them, and the sink to use. */
export function buildC(folder: string): { reference: Program | undefined; sink: CommandLine } {
  const reference = compile('reference.c', folder, ['-lz']);
  const sink = compile('sink.c', folder, []);
  return {
    reference: reference === undefined ? undefined : plainC(reference),
    sink: sink === undefined ? [process.execPath, here('sink.ts')] : [sink],
  };
}
