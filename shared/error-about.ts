/** The error as one that begins with the name of the file or object it is about. */
export function errorAbout(name: string, error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  if (cause.message.startsWith(`${name}: `)) return cause;
  return new Error(`${name}: ${cause.message}`, { cause });
}
