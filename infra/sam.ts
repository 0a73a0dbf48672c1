import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_STACK } from '../shared/command-line.ts';
import { say } from '../shared/terminal.ts';
import { ROOT } from './root.ts';

export const MACRO_STACK = 'natflow-macro';

/**
 * Runs the SAM CLI, or another program, in a directory of the repository, on the user's terminal.
 * @throws Error in one sentence when it is not installed or fails
 */
export async function run(
  program: string,
  args: readonly string[],
  directory = '.',
): Promise<void> {
  const child = spawn(program, args, { cwd: join(ROOT, directory), stdio: 'inherit' });
  const exit = once(child, 'exit').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? notInstalled(program, cause) : cause;
  });
  const [code, signal] = await exit;
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code ?? signal}`);
}

/** The outputs of a deployed stack by name; none when there is no such stack. */
export function outputsOf(stack: string, region: string): Readonly<Record<string, string>> {
  const args = [
    'list',
    'stack-outputs',
    '--stack-name',
    stack,
    '--region',
    region,
    '--output',
    'json',
  ];
  const { stdout, status, error } = spawnSync('sam', args, { encoding: 'utf8' });
  if (error !== undefined) throw notInstalled('sam', error);
  if (status !== 0) return {};
  const outputs: { OutputKey: string; OutputValue: string }[] = JSON.parse(stdout);
  return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

/** The name of the stack in samconfig.toml, where the guide of `sam deploy` keeps its answers. */
export async function configuredStack(): Promise<string> {
  const text = await readFile(join(ROOT, 'samconfig.toml'), 'utf8');
  return /^stack_name = "(.+)"$/m.exec(text)?.[1] ?? DEFAULT_STACK;
}

/** Runs a script of this directory: one sentence on stderr and exit code 1 when it fails. */
export async function script(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

function notInstalled(program: string, cause: Error): Error {
  const hint = program === 'sam' ? ': the SAM CLI is needed, `pip install aws-sam-cli`' : '';
  return new Error(`${program} is not installed${hint}`, { cause });
}
