const DAY = 86_400;
/** SysUptime in milliseconds stays below 2^31, which every collector reads as it is meant. */
const SPAN = 24 * DAY;
const HEADROOM = DAY;
/** No aggregation interval comes near it; what does is nonsense, and is told as this long. */
export const LONGEST_FLOW = SPAN - 2 * HEADROOM;

/**
 * The boot time that v5 and v9 tell times by. First and Last are 32-bit milliseconds since the
 * exporter's boot, which collectors take to be the header's time less SysUptime; so boot is chosen
 * near the flows, however old they are, and moved when flows come that it does not cover.
 */
export class Uptime {
  #boot = Number.NEGATIVE_INFINITY;

  /** Whether a flow of these Unix seconds can be told without moving the boot time. */
  covers(start: number, end: number): boolean {
    return start >= this.#boot && end <= this.#boot + SPAN;
  }

  /** Moves the boot time so that it covers a flow that starts then. */
  moveTo(start: number): void {
    this.#boot = Math.max(0, start - HEADROOM);
  }

  /** The value of First or Last for a time in Unix seconds. */
  milliseconds(seconds: number): number {
    return (seconds - this.#boot) * 1000;
  }

  /** The header's time: now, unless the flows lie too far from it; then the newest flow's end. */
  headerSeconds(now: number, newestEnd: number): number {
    return now >= newestEnd && this.covers(now, now) ? now : newestEnd;
  }
}
