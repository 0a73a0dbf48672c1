const WINDOW_MS = 1000;
const LINES_PER_WINDOW = 5;

interface Window {
  openedMs: number;
  written: number;
  withheld: number;
}

/** Limits messages to five of each kind a second, and reports how many were withheld. */
export class MessageLimiter {
  readonly #write: (line: string) => void;
  readonly #windows = new Map<string, Window>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Writes the line, or withholds it when its kind has reached the limit. `nowMs` is of any clock. */
  add(kind: string, line: string, nowMs: number): void {
    const window = this.#windowOf(kind, nowMs);
    if (window.written >= LINES_PER_WINDOW) {
      window.withheld += 1;
      return;
    }
    window.written += 1;
    this.#write(line);
  }

  /** Reports the messages withheld since the last report. */
  flush(): void {
    for (const [kind, window] of this.#windows) this.#reportWithheld(kind, window);
    this.#windows.clear();
  }

  #windowOf(kind: string, nowMs: number): Window {
    const open = this.#windows.get(kind);
    if (open !== undefined && nowMs - open.openedMs < WINDOW_MS) return open;
    if (open !== undefined) this.#reportWithheld(kind, open);
    const window = { openedMs: nowMs, written: 0, withheld: 0 };
    this.#windows.set(kind, window);
    return window;
  }

  #reportWithheld(kind: string, { withheld }: Window): void {
    if (withheld > 0) this.#write(`${withheld} more (${kind})`);
  }
}
