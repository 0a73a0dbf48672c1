import type { State } from '../../services/controller/watch.ts';
import { broken, liveOf } from './aws.ts';
import type { Model } from './model.ts';
import { numbersOf, type World } from './world.ts';

const SECOND_MS = 1_000;
const SWEEP_EVERY_MS = 300_000;
/** Longer than any recording with a time limit. */
const LONG_MS = 1_200_000;
const MOST_STEPS = 2_000;

/** Plays worlds to their end and checks the invariants there. */
export class Ending {
  readonly #model: Model;
  readonly #known = new Map<string, string | undefined>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** The violation after only time and sweeps; undefined when there is none. */
  async verdict(world: World, trace?: string[]): Promise<string | undefined> {
    const rest = await this.#rest(world, trace);
    const key = numbersOf(rest).join();
    if (trace === undefined && this.#known.has(key)) return this.#known.get(key);
    const wrong = await this.#check(rest, trace);
    this.#known.set(key, wrong);
    return wrong;
  }

  async #check(rest: World, trace?: string[]): Promise<string | undefined> {
    const atRest = rest.violation ?? this.#wrongAtRest(rest);
    if (atRest !== undefined) return atRest;
    const once = await this.#sweep(rest, trace);
    const twice = await this.#sweep(this.#model.wait(once, SECOND_MS), trace);
    const unseen = twice.violation ?? this.#wrongSpike(twice);
    if (unseen !== undefined) return unseen;
    const end = await this.#end(rest, trace);
    return end.violation ?? this.#wrongEnd(rest, end);
  }

  /** Ends the alarm, and advances the clock until nothing may be left. */
  async #end(rest: World, trace?: string[]): Promise<World> {
    const isCalm = rest.alarm.value.state === 'OK';
    const calm = isCalm ? rest : await this.#rest(this.#model.setAlarm(rest, 'OK'), trace);
    const late = await this.#rest(this.#model.wait(calm, LONG_MS), trace);
    const swept = await this.#sweep(late, trace);
    const left = liveOf(swept).map(({ recordingId }) => recordingId);
    const wrong = left.length > 0 ? `${left} outlives its alarm, its timer and a sweep` : undefined;
    return await this.#sweep(this.#model.wait(broken(swept, wrong), SWEEP_EVERY_MS), trace);
  }

  async #sweep(world: World, trace?: string[]): Promise<World> {
    trace?.push('sweep');
    return await this.#rest(await this.#model.sweep(world), trace);
  }

  /** Runs everything that is pending. */
  async #rest(world: World, trace?: string[]): Promise<World> {
    let current = world;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const transition = current.violation === undefined ? this.#model.drain(current) : undefined;
      if (transition === undefined) return current;
      const [label, make] = transition;
      trace?.push(label);
      const made = make();
      current = made instanceof Promise ? await made : made;
    }
    return broken(current, 'it does not come to rest');
  }

  #wrongAtRest(rest: World): string | undefined {
    const live = liveOf(rest).map(({ recordingId }) => recordingId);
    if (live.length > 1) return `${live} are recorded at once`;
    const isWanted = live[0] === undefined || live[0] === rest.item.value.state?.recording?.id;
    const isDisturbed = this.#had(rest, 'faults', 'losses', 'staleAnswers');
    return isWanted || isDisturbed ? undefined : `${live} is left without need`;
  }

  /** A lasting spike is recorded, or the reason is notified. */
  #wrongSpike(world: World): string | undefined {
    const { alarm, counted, item, told } = world;
    const { rules, delivery } = this.#model.configuration;
    const isExcused = delivery?.fails || this.#had(world, 'stops', 'closes', 'deletions');
    if (alarm.value.state !== 'ALARM' || isExcused) return undefined;
    const { since } = alarm.value;
    if (liveOf(world).length > 0 || counted.value.some(([, cause]) => cause === since)) {
      return undefined;
    }
    const { numOfRecordings } = rules;
    const count = item.value.state?.counted ?? 0;
    if (numOfRecordings === 0 || count < numOfRecordings) return 'a spike is not recorded';
    const isTold = told.value.some((key) => key.startsWith('capped'));
    return isTold ? undefined : 'a spike is not recorded in silence';
  }

  /** When the alarm is over, nothing is left, and every recording was notified and counted. */
  #wrongEnd(rest: World, end: World): string | undefined {
    const { counted, item, told } = end;
    const { recording, outbox, counted: count }: Partial<State> = item.value.state ?? {};
    if (recording !== undefined) return `${recording.id} is ${recording.phase} at the end`;
    if (outbox !== undefined && outbox.length > 0) return 'a mail is left';
    const ids = counted.value.map(([id]) => id);
    const due = counted.value.filter(
      ([id, cause]) => cause === 'orphan' || !isUndelivered(end, id),
    );
    if (!this.#had(end, 'resets') && (count ?? 0) !== due.length) {
      return `${count} counted of ${ids}, and ${due.length} not in vain`;
    }
    const untold = counted.value.find(
      ([id, cause]) =>
        cause !== 'orphan' &&
        !(told.value.includes(`started ${id}`) && told.value.includes(`finished ${id}`)),
    );
    if (untold !== undefined) return `${untold[0]} is not told`;
    const left = liveOf(rest).find(({ recordingId }) => !ids.includes(recordingId));
    return left && `${left.recordingId} was left behind, and is not counted`;
  }

  #had(world: World, ...kinds: (keyof World['left']['value'])[]): boolean {
    return kinds.some((kind) => world.left.value[kind] < this.#model.budget[kind]);
  }
}

/** Whether AWS said before it deleted the recording's flow log that it could not deliver the lines. */
function isUndelivered({ flowLogs }: World, id: string): boolean {
  return flowLogs.value.some(
    ({ recordingId, failsAt = Infinity, deletedAt = Infinity }) =>
      recordingId === id && failsAt <= deletedAt,
  );
}
