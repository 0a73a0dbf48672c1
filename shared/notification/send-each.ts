/** A message was sent on some of its ways and failed on another: the first failure, and all ways on which it was sent. */
export class PartlySent extends Error {
  readonly done: readonly string[];

  constructor(done: readonly string[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.done = done;
  }
}

/**
 * Sends a message on each of its ways, by name, but those in `done`, on which it was sent before. A failure on one way
 * does not stop the others.
 * @throws PartlySent when it was sent on some ways; the first failure when it was sent on none.
 */
export async function sendEach(
  ways: Readonly<Record<string, () => Promise<void>>>,
  done: readonly string[] = [],
): Promise<void> {
  const isDone = new Set(done);
  const failures: unknown[] = [];
  for (const [name, send] of Object.entries(ways)) {
    if (isDone.has(name)) continue;
    try {
      await send();
      isDone.add(name);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 0) return;
  throw isDone.size > 0 ? new PartlySent([...isDone], failures[0]) : failures[0];
}
