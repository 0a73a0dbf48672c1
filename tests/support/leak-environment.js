import { setTimeout as sleep } from 'node:timers/promises';
import { PlainContextEnvironment } from './plain-context-environment.js';

/** How long a closed resource may take to disappear. */
const PATIENCE_MS = 5_000;
const TURN_MS = 10;

/** Fails a test file that leaks a socket, a timer, a child process or another handle that keeps the process alive. */
export default class LeakEnvironment extends PlainContextEnvironment {
  #before = new Map();

  async setup() {
    await super.setup();
    // A worker opens its standard streams on first use and keeps them open.
    void [process.stdin, process.stdout, process.stderr];
    this.#before = activeResources();
  }

  async teardown() {
    await super.teardown();
    const end = performance.now() + PATIENCE_MS;
    do {
      // Also before the first check: handles that a test opened last exist only after a turn of the event loop.
      await sleep(TURN_MS, undefined, { ref: false });
      if (this.#left().length === 0) return;
    } while (performance.now() < end);
    throw new Error(
      `the tests leave behind what keeps a process alive: ${this.#left().join(', ')}`,
    );
  }

  #left() {
    return [...activeResources()].flatMap(([type, count]) => {
      const more = count - (this.#before.get(type) ?? 0);
      return more > 0 ? `${more} ${type}` : [];
    });
  }
}

/** The number of active resources of each type. */
function activeResources() {
  const counts = new Map();
  for (const type of process.getActiveResourcesInfo()) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}
