import { setTimeout as sleep } from 'node:timers/promises';
import { type FlowRecord, NO_TIME } from '../flow/record.ts';

const NEWLINE = 10;

/** How recorded time becomes the time of a replay. */
export interface ReplayClockOptions {
  /** The recorded rhythm, so many times as fast; undefined sends as fast as the pace allows. */
  readonly speed?: number | undefined;
  /** The first flow ends now, and the others as long after it as they are sent. */
  readonly shiftsToNow?: boolean | undefined;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** Says when flows are due in a replay, and moves their times to the present if that is wanted. */
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

  /** How the input of an export has to be cut so that each flow waits for its own time: into lines. */
  cut(piece: Uint8Array): Iterable<Uint8Array> {
    return this.#speed === undefined ? [piece] : linesOf(piece);
  }

  /** The flow last moved is not due yet. */
  get isAhead(): boolean {
    return this.#speed !== undefined && this.waitMs > 0;
  }

  /** How long the flow last moved has to wait, in milliseconds. */
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

function* linesOf(piece: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < piece.length; ) {
    const end = piece.indexOf(NEWLINE, at) + 1 || piece.length;
    yield piece.subarray(at, end);
    at = end;
  }
}
