/** The command was used wrongly: one sentence on stderr, exit code 2. */
export class UsageError extends Error {}

/** The command was right but could not do its work: one sentence on stderr, exit code 1. */
export class RunError extends Error {}

/** Exit code: finished, but some lines were malformed. */
export const SOME_REJECTED = 3;
