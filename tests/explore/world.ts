import type { Alarm, State } from '../../services/controller/watch.ts';
import type { Cause, KnownFlowLog } from '../controller/invariants.ts';
import { type Interned, Interner } from './intern.ts';
import type { Event, Point } from './program.ts';

/** How often each kind of transition may still occur. */
export interface Budget {
  readonly alarms: number;
  readonly duplicates: number;
  readonly losses: number;
  readonly sweeps: number;
  readonly starts: number;
  readonly stops: number;
  readonly resets: number;
  readonly closes: number;
  readonly staleAnswers: number;
  readonly faults: number;
  readonly waits: number;
  readonly deletions: number;
}

/** A run of the function. Lambda retries its event while attempts are left. */
export interface Run {
  readonly point: Point;
  readonly attempts: number;
  /** A call had a fault, so the run may end in an error. */
  readonly isDisturbed: boolean;
}

/** A queued event. */
export interface Delivery {
  readonly event: Event;
  readonly attempts: number;
}

/** The item in the state table. */
export interface Item {
  readonly state?: State;
  readonly version: number;
}

type Pairs<T> = readonly (readonly [string, T])[];

/** The world of one gateway: AWS's state, pending events and runs, and what was observed. Equal parts are one object. */
export interface World {
  readonly now: number;
  readonly alarm: Interned<Alarm>;
  /** The alarm before, which a stale answer has. */
  readonly oldAlarm: Interned<Alarm>;
  readonly flowLogs: Interned<readonly KnownFlowLog[]>;
  /** The times at which the recordings' timers fire. */
  readonly timers: Interned<Pairs<number>>;
  readonly item: Interned<Item>;
  /** The keys of the notifications that were mailed. */
  readonly told: Interned<readonly string[]>;
  /** The counted recordings with their causes. */
  readonly counted: Interned<Pairs<Cause>>;
  readonly queue: Interned<readonly Delivery[]>;
  readonly runs: Interned<readonly Run[]>;
  readonly left: Interned<Budget>;
  /** The first violation of an invariant. */
  readonly violation?: string | undefined;
}

/** Interns the parts of worlds. */
export class Parts {
  readonly alarm = new Interner<Alarm>();
  readonly flowLogs = new Interner<readonly KnownFlowLog[]>();
  readonly item = new Interner<Item>();
  readonly budget = new Interner<Budget>();
  readonly #spent = new Map<Interned<Budget>, Map<keyof Budget, Interned<Budget>>>();
  readonly #pairs = new Interner<Pairs<Cause>>();
  readonly #told = new Interner<readonly string[]>();
  readonly #queue = new Interner<readonly Delivery[]>(joined(textOf));
  readonly #runs = new Interner<readonly Run[]>(joined(textOfRun));

  /** The budget after one more transition of this kind. */
  spent(left: Interned<Budget>, what: keyof Budget): Interned<Budget> {
    const known = this.#spent.get(left) ?? new Map<keyof Budget, Interned<Budget>>();
    const spent =
      known.get(what) ?? this.budget.of({ ...left.value, [what]: left.value[what] - 1 });
    this.#spent.set(left, known.set(what, spent));
    return spent;
  }

  pairs<T extends Cause>(map: ReadonlyMap<string, T>): Interned<Pairs<T>> {
    const pairs = [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return this.#pairs.of(pairs) as Interned<Pairs<T>>;
  }

  told(keys: readonly string[]): Interned<readonly string[]> {
    return this.#told.of(keys.toSorted());
  }

  // The order of deliveries and runs has no meaning, because any of them may be next.
  queue(deliveries: readonly Delivery[]): Interned<readonly Delivery[]> {
    return this.#queue.of(sorted(deliveries, textOf));
  }

  runs(runs: readonly Run[]): Interned<readonly Run[]> {
    return this.#runs.of(sorted(runs, textOfRun));
  }
}

const textOf = ({ event, attempts }: Delivery) => `${event.id}:${attempts}`;
const textOfRun = ({ point, attempts, isDisturbed }: Run) =>
  `${point.id}:${attempts}:${isDisturbed ? 1 : 0}`;

function joined<T>(text: (value: T) => string): (values: readonly T[]) => string {
  return (values) => values.map(text).join();
}

function sorted<T>(values: readonly T[], text: (value: T) => string): readonly T[] {
  if (values.length < 2) return values;
  return values.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Worlds with equal numbers are equal. */
export function numbersOf(world: World): number[] {
  const { now, alarm, oldAlarm, flowLogs, timers, item, told, counted, queue, runs, left } = world;
  const parts = [alarm, oldAlarm, flowLogs, timers, item, told, counted, queue, runs, left];
  return [now % 2 ** 31, ...parts.map(({ id }) => id)];
}

/** The world after one more transition of this kind. */
export function spend(parts: Parts, world: World, what: keyof Budget): World {
  const left = parts.spent(world.left, what);
  const isFresh = what === 'staleAnswers' && left.value.staleAnswers === 0;
  return isFresh ? { ...world, left, oldAlarm: world.alarm } : { ...world, left };
}
