/** An error that says that AWS rejected the request: nothing changed, and repeating it will not help. */
export interface RefusedError extends Error {
  readonly refused: true;
}

/** Whether AWS rejected the request. Of any other error it is unknown whether the request took effect. */
export function isRefused(error: unknown): error is RefusedError {
  return error instanceof Error && 'refused' in error && error.refused === true;
}
