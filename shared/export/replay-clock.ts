import { setTimeout as sleep } from 'node:timers/promises';
import { type FlowRecord, NO_TIME } from '../flow/record.ts';

/** The timing of a replay. */
export interface ReplayClockOptions {
  /** The factor by which the recorded rhythm is sped up. Undefined: as fast as the pace allows. */
  readonly speed?: number | undefined;
  /** Shifts times so that the first flow ends now and each further one ends when it is sent. */
  readonly shiftsToNow?: boolean | undefined;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** When the flows of a replay are due. Optionally shifts their times to the present. */
export class ReplayClock {
  readonly #speed: number | undefined;
  readonly #shiftsToNow: boolean;
  readonly #now: () => number;
  #first = NO_TIME;
  #began = 0;
  #dueAt = 0;

  constructor({ speed, shiftsToNow = false, now = Date.now }: ReplayClockOptions) {
    this.#speed = speed;
    this.#shiftsToNow = shiftsToNow;
    this.#now = now;
  }

  /** Whether each flow waits for its own time. The export then reads its input line by line. */
  get hasRhythm(): boolean {
    return this.#speed !== undefined;
  }

  /** Whether the flow last moved is not due yet. */
  get isAhead(): boolean {
    return this.#speed !== undefined && this.waitMs > 0;
  }

  /** The milliseconds until the flow last moved is due. */
  get waitMs(): number {
    return this.#dueAt - this.#now();
  }

  /** Resolves when the flow last moved is due, or the signal aborts. */
  async untilDue(signal: AbortSignal): Promise<void> {
    if (!this.isAhead) return;
    await sleep(this.waitMs, undefined, { signal }).catch(() => {});
  }

  move(flow: FlowRecord): void {
    const end = flow.end === NO_TIME ? flow.start : flow.end;
    if (end === NO_TIME) return;
    if (this.#first === NO_TIME) {
      this.#first = end;
      this.#began = this.#now();
    }
    const at = this.#began + ((end - this.#first) * 1000) / (this.#speed ?? 1);
    this.#dueAt = at;
    if (!this.#shiftsToNow) return;
    const earliest = flow.start === NO_TIME ? end : flow.start;
    const shift = Math.max(Math.floor(at / 1000) - end, -earliest);
    if (flow.end !== NO_TIME) flow.end += shift;
    if (flow.start !== NO_TIME) flow.start += shift;
  }
}
