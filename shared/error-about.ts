/** The error with the name of its file or object in front of its message, once. */
export function errorAbout(name: string, error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  if (cause.message.startsWith(`${name}: `)) return cause;
  return new Error(`${name}: ${cause.message}`, { cause });
}
