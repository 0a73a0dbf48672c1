const DAY = 86_400;
/** Keeps SysUptime below 2^31 milliseconds, which every collector reads correctly. */
const SPAN = 24 * DAY;
const HEADROOM = DAY;
/** A longer flow is exported with this duration. Aggregation intervals are far shorter, so its times are wrong. */
const LONGEST_FLOW = SPAN - 2 * HEADROOM;

/** A flow's start as v5 and v9 export it: not after its end, and no more than LONGEST_FLOW before it. */
export function exportedStart(start: number, end: number): number {
  return Math.max(Math.min(start, end), end - LONGEST_FLOW);
}

/**
 * The boot time that times in v5 and v9 refer to. First and Last are 32-bit milliseconds since the exporter's
 * boot, which collectors compute as the header's time less SysUptime. So the boot time is chosen near the flows,
 * however old they are, and moves when it does not cover a flow.
 */
export class Uptime {
  #boot = Number.NEGATIVE_INFINITY;
  /** The latest end of a flow, or time of a header, since the boot time was moved. */
  #latest = 0;

  /** Whether a flow with these times (Unix seconds) can be exported without moving the boot time. */
  covers(start: number, end: number): boolean {
    return start >= this.#boot && end <= this.#boot + SPAN;
  }

  /** Moves the boot time so that it covers a flow with this start. */
  moveTo(start: number): void {
    this.#boot = Math.max(0, start - HEADROOM);
    this.#latest = 0;
  }

  /** The value of First or Last for a time in Unix seconds. */
  milliseconds(seconds: number): number {
    return (seconds - this.#boot) * 1000;
  }

  /** Takes note of the end of a flow that is exported. */
  note(end: number): void {
    if (end > this.#latest) this.#latest = end;
  }

  /**
   * The time in the header: now, or the end of the newest flow when the flows are too far from now. It does not go
   * back while the boot time stays, because collectors drop what is older than the templates they have.
   */
  headerSeconds(now: number): number {
    if (this.covers(now, now)) this.note(now);
    return this.#latest;
  }
}
