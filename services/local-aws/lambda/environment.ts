import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Answer, type FunctionError, RuntimeApi } from './runtime-api.ts';

/** runtime.js is a file of its own in natflow's package too, beside the bundle that this module is in. */
const RUNTIME = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'runtime.js')];
/** The limit of Lambda for code outside the handler. */
const INIT_LIMIT_MS = 10_000;
const REGION = 'eu-west-1';

/** The configuration of a function; `bundle` is the directory that is deployed. */
export interface FunctionSettings {
  readonly bundle: string;
  readonly name: string;
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly freeze: boolean;
  /** The time that the function sees, in Unix milliseconds; left out, it is the real time. */
  readonly clock?: () => number;
  /** Called with every line that the function writes to stdout or stderr. */
  readonly log: (line: string) => void;
}

/**
 * A Lambda execution environment: a bundle in AWS's runtime client, in a process of its own that is stopped
 * while it waits for an event. The process ends with this one.
 */
export class Environment {
  alive = true;
  readonly #settings: FunctionSettings;
  readonly #api: RuntimeApi;
  readonly #child: ChildProcess;
  readonly #exit: Promise<string>;

  /** Resolves with an environment that waits for its first event, or with the error of its start. */
  static async start(settings: FunctionSettings): Promise<Environment | FunctionError> {
    const environment = new Environment(settings, await RuntimeApi.listen());
    const failure = await environment.#untilIdle('INIT', INIT_LIMIT_MS);
    return failure ?? environment;
  }

  private constructor(settings: FunctionSettings, api: RuntimeApi) {
    this.#settings = settings;
    this.#api = api;
    this.#child = spawn(process.execPath, RUNTIME, {
      cwd: settings.bundle,
      env: variables(settings, api.address),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.unref();
    forwardLines(this.#child.stdout, settings.log);
    forwardLines(this.#child.stderr, settings.log);
    killWithParent(this.#child);
    this.#exit = once(this.#child, 'exit').then(([code, signal]) => {
      this.alive = false;
      api.close();
      return signal === null ? `exit status ${code}` : 'signal: killed';
    });
  }

  /** Runs one event. Resolves when the process waits for the next one or has ended. */
  async invoke(id: string, body: string): Promise<Answer> {
    const { name, timeoutMs } = this.#settings;
    const clock = this.#settings.clock?.();
    this.#child.kill('SIGCONT');
    await this.#api.sendEvent({
      id,
      body,
      clock,
      deadline: (clock ?? Date.now()) + timeoutMs,
      functionArn: `arn:aws:lambda:${REGION}:000000000000:function:${name}`,
    });
    const failure = await this.#untilIdle(id, timeoutMs);
    const answer = this.#api.takeAnswer(id);
    return failure === undefined && answer !== undefined ? answer : { error: failure ?? NO_ANSWER };
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** Stops the process when it waits for an event. Resolves with the error if it ended or ran out of time instead. */
  async #untilIdle(id: string, limitMs: number): Promise<FunctionError | undefined> {
    const limit = Promise.withResolvers<'timeout'>();
    const timer = setTimeout(() => limit.resolve('timeout'), limitMs);
    const end = await Promise.race([this.#freeze(), limit.promise, this.#exit]);
    clearTimeout(timer);
    if (end === undefined) return undefined;
    await this.kill();
    return this.#api.startError ?? failure(id, end, limitMs);
  }

  async #freeze(): Promise<undefined> {
    await this.#api.waitForPoll();
    if (this.#settings.freeze) this.#child.kill('SIGSTOP');
    // Lets the lines be read that the function wrote before it asked for the next event.
    await new Promise(setImmediate);
  }
}

const NO_ANSWER: FunctionError = {
  errorType: 'Runtime.NoResponse',
  errorMessage: 'the runtime asked for the next event without an answer to this one',
};

function failure(id: string, end: string, limitMs: number): FunctionError {
  if (end !== 'timeout') {
    const errorMessage = `RequestId: ${id} Error: Runtime exited with error: ${end}`;
    return { errorType: 'Runtime.ExitError', errorMessage };
  }
  const seconds = (limitMs / 1000).toFixed(2);
  const errorMessage = `RequestId: ${id} Error: Task timed out after ${seconds} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

function variables({ bundle, name, handler, env }: FunctionSettings, api: string) {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    AWS_LAMBDA_RUNTIME_API: api,
    LAMBDA_TASK_ROOT: bundle,
    _HANDLER: handler,
    ...compileCache(),
    ...env,
  };
}

/** The functions share this process's compile cache. Node.js names it with a folder for its own version. */
function compileCache(): Record<string, string> {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) };
}

function forwardLines(stream: Readable | null, log: (line: string) => void): void {
  if (stream === null) return;
  if (stream instanceof Socket) stream.unref();
  createInterface({ input: stream }).on('line', log);
}

/** A stopped process does not notice the end of its parent. A shell does, by the end of its input, and kills it. */
function killWithParent(child: ChildProcess): void {
  const script = 'trap "" INT TERM HUP; read -r _; kill -KILL "$0"';
  const guard = spawn('/bin/sh', ['-c', script, String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  child.once('exit', () => guard.kill('SIGKILL'));
}
