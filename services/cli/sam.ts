import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_STACK } from '../../shared/command-line.ts';
import { ROOT } from '../../shared/disk/installation.ts';
import { RunError } from './errors.ts';

export const MACRO_STACK = 'natflow-macro';

/** The region and the profile of the account, for the SAM CLI's command line: its environment may name others. */
export interface Account {
  readonly region: string;
  readonly profile?: string | undefined;
}

/** A template of natflow, and the file with the options that the SAM CLI takes for it. */
interface SamProject {
  readonly template: string;
  readonly config: string;
  /** Where it is built. */
  readonly folder: string;
}

/** The macro's stack. Nothing is asked about it, so that its options stay as they are. */
export const MACRO: SamProject = {
  template: join(ROOT, 'infra/macro.yaml'),
  config: join(ROOT, 'infra/samconfig.toml'),
  folder: resolve('.aws-sam/macro'),
};

/** The stack. Its options, and the answers of `sam deploy --guided`, are in samconfig.toml of the current folder. */
export const STACK: SamProject = {
  template: join(ROOT, 'template.yaml'),
  config: resolve('samconfig.toml'),
  folder: resolve('.aws-sam/build'),
};

/** Copies natflow's samconfig.toml into the current folder, unless it has one. */
export async function provideConfig(): Promise<void> {
  await copyFile(join(ROOT, 'samconfig.toml'), STACK.config, constants.COPYFILE_EXCL).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') return;
      throw new RunError(`cannot write ${STACK.config}: ${cause.message}`, { cause });
    },
  );
}

/** Builds a project and deploys it with these options. */
export async function samDeploy(
  { template, config, folder }: SamProject,
  account: Account,
  options: readonly string[],
): Promise<void> {
  const built = join(folder, 'template.yaml');
  await sam(['build', '--template-file', template, '--build-dir', folder, ...configFile(config)]);
  await sam([
    ...['deploy', '--template-file', built, ...configFile(config)],
    ...accountOptions(account),
    ...options,
  ]);
}

/** Deletes a stack. */
export async function samDelete(
  stack: string,
  account: Account,
  options: readonly string[],
): Promise<void> {
  await sam(['delete', '--stack-name', stack, ...accountOptions(account), ...options]);
}

/** The outputs of a deployed stack by name; none when there is no such stack. */
export function outputsOf(stack: string, account: Account): Readonly<Record<string, string>> {
  const args = ['list', 'stack-outputs', '--stack-name', stack, '--output', 'json'];
  const options = { encoding: 'utf8' } as const;
  const { stdout, status, error } = spawnSync(
    'sam',
    [...args, ...accountOptions(account)],
    options,
  );
  if (error !== undefined) throw notInstalled(error);
  if (status !== 0) return {};
  const outputs: { OutputKey: string; OutputValue: string }[] = JSON.parse(stdout);
  return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

/** The name of the stack in samconfig.toml, where the guide of `sam deploy` keeps its answers. */
export async function configuredStack(): Promise<string> {
  const text = await readFile(STACK.config, 'utf8');
  return /^stack_name = "(.+)"$/m.exec(text)?.[1] ?? DEFAULT_STACK;
}

/** The parameter overrides in samconfig.toml as options of `sam deploy`; none in the one that natflow brings. */
export async function configuredOverrides(): Promise<string[]> {
  const text = await readFile(STACK.config, 'utf8');
  const [, overrides] = /^parameter_overrides = (".*"|\[.*\])$/m.exec(text) ?? [];
  if (overrides === undefined) return [];
  try {
    return ['--parameter-overrides', ...[JSON.parse(overrides)].flat().map(String)];
  } catch (cause) {
    throw new RunError(`cannot read parameter_overrides in ${STACK.config}`, { cause });
  }
}

/** Runs the SAM CLI. */
async function sam(args: readonly string[]): Promise<void> {
  await run('sam', args);
}

/** Runs a program on the user's terminal. @throws RunError when it is not installed or fails */
export async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit' });
  const exit = once(child, 'exit').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? notInstalled(cause) : cause;
  });
  const [code, signal] = await exit;
  if (code !== 0) throw new RunError(`${program} ${args[0]} ended with ${code ?? signal}`);
}

function accountOptions({ region, profile }: Account): string[] {
  return ['--region', region, ...(profile === undefined ? [] : ['--profile', profile])];
}

function configFile(file: string): string[] {
  return ['--config-file', file];
}

function notInstalled(cause: Error): RunError {
  return new RunError('sam is not installed: the SAM CLI is needed, `pip install aws-sam-cli`', {
    cause,
  });
}
