/** Wrong use of a command: one sentence on stderr, exit code 2. */
export class UsageError extends Error {}

/** A command that failed: one sentence on stderr, exit code 1. */
export class RunError extends Error {}

/** An input that could not be read to its end; what was read of it before counts. The message begins with its name. */
export class InputError extends Error {}

/** The exit code of a command that finished, although some lines were malformed. */
export const SOME_REJECTED = 3;
