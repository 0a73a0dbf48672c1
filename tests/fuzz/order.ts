/** An order to a worker. */
export interface Order {
  readonly target: string;
  readonly seed: number;
  /** The run ends with the first of these. */
  readonly megabytes: number;
  readonly seconds: number;
  /** The number of the input that the worker is checking, shared with the parent process. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

export interface Finding {
  readonly finding: string;
  /** The file of the input, if the finding is about one input. */
  readonly file: string | undefined;
}

/** The result of a worker. */
export interface Result {
  readonly inputs: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly slowestMs: number;
  /** The growth of memory from the warm-up to the end: reachable objects, and resident set size. */
  readonly keptMib: number;
  readonly rssMib: number;
  readonly findings: readonly Finding[];
}
