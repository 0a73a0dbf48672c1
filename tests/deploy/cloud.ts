import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ROOT } from '../../infra/root.ts';
import { freePort } from '../support/free-port.ts';
import { type LambdaHost, startLambdaHost } from './lambda-host.ts';

export const REGION = 'eu-west-1';

const ADMINISTRATOR = {
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
};

/** AWS on a loopback port, and the command-line tools of a deployment. */
export interface Cloud {
  readonly endpoint: string;
  /** The environment of a shell that uses this AWS. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs a program in a directory of the release's copy, or in another one by its absolute path; rejects with its output when it fails. */
  readonly run: (program: string, args: readonly string[], directory?: string) => Promise<string>;
  /** The output of the AWS CLI, whose shape the caller states. */
  readonly aws: <Answer>(...args: string[]) => Promise<Answer>;
  readonly mails: () => { readonly to: string; readonly subject: string; readonly body: string }[];
  /** The calls that the template's policies did not allow. There should be none. */
  readonly denied: () => string[];
  /** The actions that the policies had to allow. */
  readonly needed: () => string[];
  /** What the targets of rules got that are topics or API destinations. */
  readonly cards: () => { readonly target: string; readonly card: Record<string, unknown> }[];
  readonly stop: () => Promise<void>;
}

/**
 * Starts AWS with the Python of NATFLOW_PYTHON, a virtual environment with requirements.txt installed.
 * @throws Error when a program is missing.
 */
export async function startCloud(): Promise<Cloud> {
  const bin = join(process.env['NATFLOW_PYTHON'] ?? join(ROOT, '.venv'), 'bin');
  for (const program of ['python', 'sam', 'aws', 'cfn-lint']) {
    if (!existsSync(join(bin, program))) throw new Error(`${join(bin, program)} is not installed`);
  }
  const directory = await mkdtemp(join(tmpdir(), 'natflow-cloud-'));
  const release = join(directory, 'release');
  await copyRelease(release);
  const host = await startLambdaHost();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    ...ADMINISTRATOR,
    AWS_ENDPOINT_URL: endpoint,
    SAM_CLI_TELEMETRY: '0',
    PATH: [bin, process.env['PATH']].join(delimiter),
  };
  const server = startServer(join(bin, 'python'), [`${port}`, host.url, directory], env);
  await answering(endpoint, server, directory);
  const run: Cloud['run'] = (program, args, place = '.') =>
    runProgram(program, args, resolve(release, place), env);
  return {
    endpoint,
    env,
    run,
    aws: async (...args) => {
      // Also as an option, because the CLI finds the endpoint of SQS in another way.
      const all = [...args, '--output', 'json', '--endpoint-url', endpoint];
      return JSON.parse((await run('aws', all)) || 'null');
    },
    mails: () => lines(join(directory, 'mails.jsonl')).map((line) => JSON.parse(line)),
    denied: () => lines(join(directory, 'denied.txt')),
    needed: () => lines(join(directory, 'needed.txt')),
    cards: () => lines(join(directory, 'cards.jsonl')).map((line) => JSON.parse(line)),
    stop: async () => {
      await stop(server, host);
      await rm(directory, { recursive: true, force: true });
    },
  };

  function startServer(python: string, args: string[], variables: NodeJS.ProcessEnv): ChildProcess {
    const log = openSync(join(directory, 'server.log'), 'w');
    const child = spawn(python, ['-m', 'aws', ...args], {
      cwd: import.meta.dirname,
      env: { ...variables, MOTO_ACCOUNT_ID: '000000000000', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    return child;
  }
}

/** The settings of an SDK client with the administrator's credentials. */
export function connection(endpoint: string) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = ADMINISTRATOR;
  return { endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey } };
}

/** Waits for a condition for at most this many seconds, and returns its value. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  seconds = 90,
): Promise<NonNullable<T>> {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > end) throw new Error(`gave up after ${seconds} s: ${what}`);
    await delay(100);
  }
}

/** The SAM CLI builds beside the template, so every test file has a copy of its own. */
async function copyRelease(folder: string): Promise<void> {
  for (const part of ['template.yaml', 'samconfig.toml', 'infra', 'dist']) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
}

async function answering(endpoint: string, server: ChildProcess, directory: string): Promise<void> {
  await until(`the server in ${directory} answering`, async () => {
    if (server.exitCode !== null)
      throw new Error(readFileSync(join(directory, 'server.log'), 'utf8'));
    return await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
}

async function runProgram(
  program: string,
  args: readonly string[],
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  try {
    const options = { cwd: directory, env, maxBuffer: 1 << 26 };
    const { stdout } = await promisify(execFile)(program, args, options);
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    const told = `${program} ${args.join(' ')}\n${stdout}\n${stderr}`;
    throw new Error(told, { cause: error });
  }
}

async function stop(server: ChildProcess, host: LambdaHost): Promise<void> {
  if (server.exitCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await host.close();
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}
