/** What a worker is asked to do. */
export interface Order {
  readonly target: string;
  readonly seed: number;
  /** The run ends with the first of these. */
  readonly megabytes: number;
  readonly seconds: number;
  /** The number of the input that the worker is checking; the process that started the worker reads it. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

export interface Finding {
  readonly finding: string;
  /** Where the input was written to, if it is one input's. */
  readonly file: string | undefined;
}

/** What a worker did. */
export interface Result {
  readonly inputs: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly slowestMs: number;
  /** By how much memory grew from the warm-up to the end: what is reachable, and what the system sees. */
  readonly keptMib: number;
  readonly rssMib: number;
  readonly findings: readonly Finding[];
}
