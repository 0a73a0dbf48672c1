const WINDOW_MS = 1000;
const LINES_PER_WINDOW = 5;

interface Window {
  openedMs: number;
  said: number;
  withheld: number;
}

/** Passes on a few lines of each kind a second, and says how many it kept to itself. */
export class Complaints {
  readonly #write: (line: string) => void;
  readonly #windows = new Map<string, Window>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Says this line now (ms on any clock), or counts it when its kind has said enough. */
  say(kind: string, line: string, nowMs: number): void {
    const window = this.#windowOf(kind, nowMs);
    if (window.said >= LINES_PER_WINDOW) {
      window.withheld += 1;
      return;
    }
    window.said += 1;
    this.#write(line);
  }

  /** Says what is still withheld. */
  flush(): void {
    for (const [kind, window] of this.#windows) this.#admit(kind, window);
    this.#windows.clear();
  }

  #windowOf(kind: string, nowMs: number): Window {
    const open = this.#windows.get(kind);
    if (open !== undefined && nowMs - open.openedMs < WINDOW_MS) return open;
    if (open !== undefined) this.#admit(kind, open);
    const window = { openedMs: nowMs, said: 0, withheld: 0 };
    this.#windows.set(kind, window);
    return window;
  }

  #admit(kind: string, { withheld }: Window): void {
    if (withheld > 0) this.#write(`${withheld} more (${kind})`);
  }
}
