/** Whether AWS said no: nothing was done, and the same request will not be answered otherwise by itself. */
export function isRefused(error: unknown): error is Error {
  return error instanceof Error && 'refused' in error && error.refused === true;
}
