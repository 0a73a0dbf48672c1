/** Some of the ways were gone, and one failed: the first failure, and all ways that are done. */
export class PartlySent extends Error {
  readonly done: readonly string[];

  constructor(done: readonly string[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.done = done;
  }
}

/**
 * Sends a message on each way that is not done, by name. A way that fails does not keep it from the others, and when
 * it is repeated, those that are done are left out.
 * @throws PartlySent when some ways are done; the first failure when none is.
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
