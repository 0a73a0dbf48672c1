import { randomUUID } from 'node:crypto';
import { type PublishedMetrics, readEmbeddedMetrics } from '../embedded-metrics.ts';
import { Environment, type FunctionSettings } from './environment.ts';
import type { FunctionError } from './runtime-api.ts';

/** All members but the bundle have defaults; `environments` limits how many events run at once. */
export interface FunctionOptions extends Partial<Omit<FunctionSettings, 'log'>> {
  readonly bundle: string;
  readonly environments?: number;
}

/** The end of one event, and the environment that ran it. */
export interface Invocation {
  readonly requestId: string;
  readonly environment: number;
  readonly coldStart: boolean;
  /** The handler's answer; undefined after an error. */
  readonly payload: unknown;
  readonly error: FunctionError | undefined;
}

const CLOSED: FunctionError = {
  errorType: 'Local.Closed',
  errorMessage: 'the function was closed',
};

/** A deployed function: execution environments that start when they are needed and freeze when they are idle. */
export class LambdaFunction {
  /** The lines that the function wrote, of all environments. */
  readonly logs: string[] = [];
  /** The metrics that CloudWatch extracts from these lines, in their order. */
  readonly metrics: PublishedMetrics[] = [];
  readonly #settings: FunctionSettings;
  readonly #environments: Promise<Environment | FunctionError>[];
  readonly #free: number[];
  readonly #waiting: ((environment: number) => void)[] = [];
  #isClosed = false;

  constructor({ environments = 1, ...options }: FunctionOptions) {
    this.#settings = {
      name: 'function',
      handler: 'handler.handler',
      env: {},
      timeoutMs: 10_000,
      freeze: true,
      ...options,
      log: (line) => {
        this.logs.push(line);
        this.metrics.push(...readEmbeddedMetrics(line));
      },
    };
    this.#environments = new Array(environments);
    this.#free = Array.from({ length: environments }, (_, i) => environments - 1 - i);
  }

  /** Runs one event in the environment that was used last; waits when all are busy. Never throws. */
  async invoke(event: unknown): Promise<Invocation> {
    const environment = await this.#acquire();
    try {
      return await this.#run(environment, JSON.stringify(event));
    } finally {
      this.#release(environment);
    }
  }

  /** Runs one event and resolves with its answer. @throws Error with Lambda's words. */
  async call(event: unknown): Promise<unknown> {
    const { payload, error } = await this.invoke(event);
    if (error !== undefined) throw new Error(`${error.errorType}: ${error.errorMessage}`);
    return payload;
  }

  /** Ends an environment at once; the next event starts a new one in its place. */
  async kill(environment: number): Promise<void> {
    const running = await this.#environments[environment];
    if (running instanceof Environment) await running.kill();
  }

  /** Ends all environments, and none starts any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#environments.map((_, i) => this.kill(i)));
  }

  async #run(index: number, body: string): Promise<Invocation> {
    const requestId = randomUUID();
    const warm = await this.#environments[index];
    const coldStart = !(warm instanceof Environment && warm.alive);
    if (coldStart) this.#environments[index] = this.#start();
    const environment = await this.#environments[index];
    const answer =
      environment instanceof Environment
        ? await environment.invoke(requestId, body)
        : { error: environment };
    return {
      requestId,
      environment: index,
      coldStart,
      payload: 'payload' in answer ? JSON.parse(answer.payload) : undefined,
      error: 'error' in answer ? answer.error : undefined,
    };
  }

  async #start(): Promise<Environment | FunctionError> {
    return this.#isClosed ? CLOSED : await Environment.start(this.#settings);
  }

  #acquire(): number | Promise<number> {
    return this.#free.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(environment: number): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(environment);
    else next(environment);
  }
}
