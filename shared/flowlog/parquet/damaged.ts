/** An error that says that a file is damaged, and how. */
export function damaged(reason: string, cause?: unknown): Error {
  return new Error(`damaged Parquet (${reason})`, { cause });
}

/** @throws Error saying that the file is damaged, where `read` fails. */
export function damaging<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
}
