import type { Alarm, Rules } from '../../services/controller/watch.ts';
import { alarmEvent } from '../controller/history.ts';
import { Aws, type DeliveryOfLines, GATEWAY, liveOf } from './aws.ts';
import { type Plant, Program } from './program.ts';
import { Runs, type Transition } from './runs.ts';
import { type Budget, type Delivery, Parts, spend, type World } from './world.ts';

/** The limits of an exploration: which transitions may occur, and how often. */
export interface Configuration {
  readonly name: string;
  readonly rules: Rules;
  /** The number of concurrent runs of the function. */
  readonly runs: number;
  readonly budget: Partial<Budget>;
  /** The states that the alarm may change to. */
  readonly states?: readonly Alarm['state'][];
  readonly plant?: Plant;
  /** How AWS delivers the lines of flow logs; undefined: AWS says nothing. */
  readonly delivery?: DeliveryOfLines;
}

const START = Date.UTC(2026, 10, 22, 10);
const HOUR_MS = 3_600_000;
/** The least time between two changes of an alarm, so that they can be distinguished. */
const CHANGE_MS = 2_000;
/** One is longer than a mail's claim and MinimumRecordingTime, the other longer than RecordingTime. */
const WAITS_S = [130, 610];
const MANUAL_MINUTES = 5;

const NOTHING: Budget = {
  alarms: 0,
  duplicates: 0,
  losses: 0,
  sweeps: 0,
  starts: 0,
  stops: 0,
  resets: 0,
  closes: 0,
  staleAnswers: 0,
  faults: 0,
  waits: 0,
  deletions: 0,
};

const INVOCATIONS = {
  sweeps: { command: 'sweep' },
  starts: { command: 'start', gatewayId: GATEWAY, minutes: MANUAL_MINUTES },
  stops: { command: 'stop', gatewayId: GATEWAY },
  resets: { command: 'reset', gatewayId: GATEWAY },
  closes: { RequestType: 'Delete' },
} as const;

/** The transitions of a world. */
export class Model {
  readonly configuration: Configuration;
  readonly budget: Budget;
  readonly program: Program;
  readonly #parts = new Parts();
  readonly #runs: Runs;

  constructor(configuration: Configuration) {
    const { rules, budget, plant, delivery } = configuration;
    this.configuration = configuration;
    this.budget = { ...NOTHING, ...budget };
    this.program = new Program(rules, plant);
    const aws = new Aws(this.#parts, rules, this.budget.faults, delivery);
    this.#runs = new Runs(this.program, this.#parts, aws);
  }

  start(): World {
    const parts = this.#parts;
    const alarm = parts.alarm.of({ state: 'OK', since: START - HOUR_MS });
    return {
      now: START,
      alarm,
      oldAlarm: alarm,
      flowLogs: parts.flowLogs.of([]),
      timers: parts.pairs(new Map<string, number>()),
      item: parts.item.of({ version: 0 }),
      told: parts.told([]),
      counted: parts.pairs(new Map()),
      queue: parts.queue([]),
      runs: parts.runs([]),
      left: parts.budget.of(this.budget),
    };
  }

  /** All possible transitions. */
  async next(world: World): Promise<Transition[]> {
    const alone = this.#independent(world);
    if (alone !== undefined) return alone;
    const steps = world.runs.value.flatMap((run) => [...this.#runs.steps(world, run)]);
    const isFull = world.runs.value.length >= this.configuration.runs;
    const begun = isFull ? [] : await this.#invocations(world);
    return [...steps, ...begun, ...this.#changes(world)];
  }

  /** The next transition without further faults; undefined when nothing is pending. */
  drain(world: World): Transition | undefined {
    const [run] = world.runs.value;
    if (run !== undefined) return this.#runs.step(world, run);
    const [first] = world.queue.value;
    if (first === undefined) return undefined;
    const rest = this.#without(world, first);
    return [`deliver ${first.event.name}`, () => this.#runs.invoke(rest, first)];
  }

  async sweep(world: World): Promise<World> {
    return await this.#runs.invoke(world, this.#delivery(world, INVOCATIONS.sweeps, 'sweep'));
  }

  /** Advances the clock and fires timers. */
  wait(world: World, ms: number): World {
    const now = world.now + ms;
    const due = world.timers.value.filter(([, at]) => at <= now).map(([id]) => id);
    const timers = new Map(world.timers.value.filter(([, at]) => at > now));
    const fired = due.map((recordingId) =>
      this.#delivery(world, { command: 'timer', gatewayId: GATEWAY, recordingId }, 'timer'),
    );
    const queue = this.#parts.queue([...world.queue.value, ...fired]);
    return { ...world, now, timers: this.#parts.pairs(timers), queue };
  }

  /** Changes the alarm, and queues EventBridge's event. The time of the change may be ahead of the clock. */
  setAlarm(world: World, state: Alarm['state']): World {
    const since = Math.max(world.now, world.alarm.value.since + CHANGE_MS);
    const event = this.#delivery(world, alarmEvent(GATEWAY, state, since), state);
    const queue = [...world.queue.value, event];
    const alarm = this.#parts.alarm.of({ state, since });
    return { ...world, alarm, oldAlarm: world.alarm, queue: this.#parts.queue(queue) };
  }

  /**
   * A call that commutes with all other transitions. Its order does not matter, so it is the only transition that is
   * explored (partial order reduction).
   */
  #independent(world: World): Transition[] | undefined {
    const { alarms, staleAnswers } = world.left.value;
    const ports = ['notify', 'look', ...(alarms + staleAnswers === 0 ? ['alarms'] : [])];
    for (const run of world.runs.value) {
      const call = run.point.waiting.find(({ port }) => ports.includes(port));
      if (call !== undefined) return [...this.#runs.outcomesOf(world, run, call)];
    }
    return undefined;
  }

  /** Lambda retries an event after an error. There can be as many errors as faults. */
  #delivery({ left }: World, raw: object, name: string): Delivery {
    return { event: this.program.event(raw, name), attempts: 1 + left.value.faults };
  }

  async #invocations(world: World): Promise<Transition[]> {
    const begun: Transition[] = [];
    for (const delivery of world.queue.value) {
      begun.push(...(await this.#begin(this.#without(world, delivery), delivery)));
      if (world.left.value.duplicates === 0) continue;
      const duplicate = { event: delivery.event, attempts: 1 };
      begun.push(...(await this.#begin(this.#spend(world, 'duplicates'), duplicate)));
    }
    for (const [what, raw] of Object.entries(INVOCATIONS)) {
      const kind = what as keyof typeof INVOCATIONS;
      if (world.left.value[kind] === 0) continue;
      const { event, attempts } = this.#delivery(world, raw, kind.slice(0, -1));
      // Manual commands are not retried.
      const delivery = { event, attempts: 'gatewayId' in raw ? 1 : attempts };
      begun.push(...(await this.#begin(this.#spend(world, kind), delivery)));
    }
    return begun;
  }

  /** A run before its first call is equivalent to a queued event, so a run begins together with its first call. */
  async #begin(world: World, delivery: Delivery): Promise<Transition[]> {
    const begun = await this.#runs.invoke(world, delivery);
    const run = begun.runs.value.find((other) => !world.runs.value.includes(other));
    if (run === undefined) return [[`${delivery.event.name} has nothing to do`, () => begun]];
    return [...this.#runs.steps(begun, run)].map(([label, make]) => [`begin ${label}`, make]);
  }

  #changes(world: World): Transition[] {
    const { left, runs, alarm, queue } = world;
    const { states = ['ALARM', 'OK'] } = this.configuration;
    const changes: Transition[] = [];
    if (left.value.alarms > 0) {
      const spent = this.#spend(world, 'alarms');
      const others = states.filter((state) => state !== alarm.value.state);
      changes.push(
        ...others.map((to): Transition => [`alarm ${to}`, () => this.setAlarm(spent, to)]),
      );
    }
    if (left.value.waits > 0 && runs.value.length === 0) {
      const spent = this.#spend(world, 'waits');
      changes.push(...WAITS_S.map((s): Transition => [`${s} s`, () => this.wait(spent, s * 1000)]));
    }
    if (left.value.losses > 0) {
      const spent = this.#spend(world, 'losses');
      const lost = (event: Delivery) => () => this.#without(spent, event);
      changes.push(
        ...queue.value.map((event): Transition => [`lose ${event.event.name}`, lost(event)]),
      );
    }
    if (left.value.deletions > 0 && liveOf(world).length > 0) {
      const spent = this.#spend(world, 'deletions');
      changes.push(['a flow log is deleted by hand', () => this.#deleteAll(spent)]);
    }
    return changes;
  }

  #without(world: World, delivery: Delivery): World {
    const queue = world.queue.value.filter((other) => other !== delivery);
    return { ...world, queue: this.#parts.queue(queue) };
  }

  #deleteAll(world: World): World {
    const gone = world.flowLogs.value.map((log) => ({ deletedAt: world.now, ...log }));
    return { ...world, flowLogs: this.#parts.flowLogs.of(gone) };
  }

  #spend(world: World, what: keyof Budget): World {
    return spend(this.#parts, world, what);
  }
}
