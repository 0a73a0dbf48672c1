import { putAddress } from '../../flow/address-key.ts';
import type { HeavyHitters } from '../../flow/heavy-hitters.ts';
import { quickselect } from '../../flow/quickselect.ts';
import { NO_TIME } from '../../flow/record.ts';
import type { Exchange } from './exchange.ts';

/** Offsets of the parts of a key, in words: as in `PAIR`, but the peer is told of services as well, by its name. */
export const CELL = { client: 0, service: 5, peer: 6, port: 11, minute: 12, words: 13 } as const;

/** In place of a peer and its port: those of lighter cells, added up. */
export const FOLDED = 7;

/** Minutes that are kept together. Each divides the next. */
export const WINDOWS = [1, 5, 10, 30, 60, 120, 360, 720, 1440];
/** As many windows are kept apart; then the peers of the lighter half of the cells are added up. */
const LEAST_WINDOWS = 16;
const MOST_CELLS = 262_144;

/**
 * Sums of bytes, of bytes of uploads, and of flows, by client, service, peer, port and minute together. As they fill,
 * more and more minutes are kept together, and then the peers of lighter cells. A flow counts in the first of its minutes.
 */
export class Cells {
  readonly hitters: HeavyHitters;
  /** How many minutes are kept together; an entry has the first of them, or one of them. */
  minutes = 1;
  #flows = 0;

  constructor(table: (words: number, columns: number, most: number) => HeavyHitters) {
    this.hitters = table(CELL.words, 3, MOST_CELLS);
  }

  /** What is added next is of this exchange. All flows until now had this many minutes. */
  begin({ client, origin, service, peer, name }: Exchange, port: number, minutes: number): void {
    if (this.hitters.isNearlyFull) this.#makeRoom(minutes);
    const { key } = this.hitters;
    putAddress(key, CELL.client, client, origin);
    key[CELL.service] = service;
    putAddress(key, CELL.peer, peer, name);
    key[CELL.port] = port;
    this.#flows = 1;
  }

  /** Adds bytes of a minute since 1970; NO_TIME where it is not known. */
  add(minute: number, bytes: number, upload: number): void {
    const { hitters } = this;
    hitters.key[CELL.minute] = this.#firstOf(minute);
    const at = hitters.entry() * hitters.stride;
    (hitters.values[at] as number) += bytes;
    (hitters.values[at + 1] as number) += upload;
    (hitters.values[at + 2] as number) += this.#flows;
    this.#flows = 0;
  }

  /** Keeps as many minutes together, if it does not already. */
  widen(minutes: number): void {
    if (minutes <= this.minutes) return;
    this.minutes = minutes;
    this.hitters.rekey((key) => {
      key[CELL.minute] = this.#firstOf(key[CELL.minute] ?? NO_TIME);
    });
  }

  /** Sums that were dropped in one minute would be missing in a wider window, which is not told there. */
  #makeRoom(minutes: number): void {
    const { hitters } = this;
    while (hitters.isNearlyFull && hitters.dropped === 0) {
      const wider = WINDOWS.find((window) => window > this.minutes);
      if (wider === undefined || minutes < wider * LEAST_WINDOWS) break;
      this.widen(wider);
    }
    if (hitters.isNearlyFull) this.#fold();
  }

  #fold(): void {
    const { hitters } = this;
    const weights = Float64Array.from(hitters.entries(), (entry) => hitters.value(entry, 0));
    const median = quickselect(weights, weights.length >> 1);
    hitters.rekey((key, weight) => {
      if (weight > median) return;
      key.fill(0, CELL.peer, CELL.minute);
      key[CELL.peer] = FOLDED;
    });
  }

  #firstOf(minute: number): number {
    if (this.minutes === 1 || minute === NO_TIME) return minute;
    return minute - (minute % this.minutes);
  }
}
