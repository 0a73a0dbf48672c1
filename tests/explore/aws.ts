import {
  type Alarm,
  type FlowLog,
  type Notification,
  notificationKey,
  type Rules,
  type State,
} from '../../services/controller/watch.ts';
import { type KnownFlowLog, newlyCounted, wrongSave } from '../controller/invariants.ts';
import type { Interned } from './intern.ts';
import type { Answer, Call } from './program.ts';
import type { Item, Parts, World } from './world.ts';

export const GATEWAY = 'nat-0a';
/** A list or an alarm may be stale for this long after a change. */
const LISTING_LAG_MS = 120_000;
const ALARM_LAG_MS = 15_000;

/** How AWS delivers the lines of a flow log. */
export interface DeliveryOfLines {
  /** Milliseconds from its creation to the first delivery. */
  readonly after: number;
  /** AWS cannot deliver it: it says so at that time. */
  readonly fails?: boolean;
}

/** The world after a call, and the answer to the caller. */
export type Performed = readonly [World, Answer];

/** A model of AWS behind the controller's ports. */
export class Aws {
  readonly #parts: Parts;
  readonly #rules: Rules;
  readonly #faults: number;
  readonly #delivery: DeliveryOfLines | undefined;
  /** The item after the newest save of a state. */
  readonly #itemOf = new WeakMap<State, Interned<Item>>();

  /** `faults` is the total number of faults that may occur. */
  constructor(parts: Parts, rules: Rules, faults: number, delivery?: DeliveryOfLines) {
    this.#parts = parts;
    this.#rules = rules;
    this.#faults = faults;
    this.#delivery = delivery;
  }

  perform(world: World, { port, args }: Call): Performed {
    switch (port) {
      case 'flowLogs':
        return [world, this.#list(world, liveOf(world))];
      case 'alarms':
        return [world, alarmAnswer(world.alarm)];
      case 'load':
        return [world, loaded(world)];
      case 'list':
        return [world, listed(world)];
      case 'save':
        return this.#save(world, args[1] as State, args[2] as number);
      case 'arm':
        return [this.#setTimer(world, args[1] as string, args[2] as number), DONE];
      case 'disarm':
        return [this.#setTimer(world, args[0] as string, undefined), DONE];
      case 'look':
        // Nothing may depend on it: the stop is armed, and sweeps come.
        return [world, DONE];
      case 'create':
        return this.#create(world, args[1] as string);
      case 'deleteFlowLogs':
        return [this.#remove(world, args[0] as readonly string[]), DONE];
      case 'notify':
        return [this.#notify(world, args[0] as Notification), DONE];
    }
  }

  /** A stale answer to the call; undefined when there can be none. */
  stale(world: World, { port }: Call): Answer | undefined {
    const { now, alarm, oldAlarm, flowLogs } = world;
    if (port === 'alarms') {
      const isRecent = now - alarm.value.since < ALARM_LAG_MS && oldAlarm !== alarm;
      return isRecent ? alarmAnswer(oldAlarm) : undefined;
    }
    const newest = flowLogs.value.at(-1);
    if (port !== 'flowLogs' || newest === undefined) return undefined;
    const changedAt = newest.deletedAt ?? newest.createdAt;
    if (now - changedAt >= LISTING_LAG_MS) return undefined;
    const others = liveOf(world).filter(({ id }) => id !== newest.id);
    return this.#list(world, newest.deletedAt === undefined ? others : [...others, newest]);
  }

  #list({ now }: World, shown: readonly KnownFlowLog[]): Answer {
    const value: FlowLog[] = shown.map(({ deletedAt, deliversAt, failsAt, ...flowLog }) => {
      if ((failsAt ?? Infinity) <= now) return { ...flowLog, delivery: FAILED };
      return (deliversAt ?? Infinity) <= now ? { ...flowLog, delivery: SUCCESS } : flowLog;
    });
    return { key: `list ${this.#parts.flowLogs.of(value).id}`, value };
  }

  #save(world: World, next: State, version: number): Performed {
    const { item, told, counted, flowLogs, alarm } = world;
    if (item.value.version !== version) return [world, CONFLICT];
    const before = item.value.state;
    const known = new Map(counted.value);
    const wrong = wrongSave({
      now: world.now,
      ...{ before, next, rules: this.#rules, counted: known },
      ...{ alarm: alarm.value, flowLogs: flowLogs.value },
      isTold: (key) => told.value.includes(key),
    });
    const counts = newlyCounted({ before, next, flowLogs: flowLogs.value });
    for (const [id, cause] of counts) known.set(id, cause);
    const saved = {
      ...world,
      item: this.#itemAfter(next, version),
      counted: counts.size === 0 ? counted : this.#parts.pairs(known),
    };
    return [broken(saved, wrong), SAVED];
  }

  #itemAfter(state: State, version: number): Interned<Item> {
    const known = this.#itemOf.get(state);
    if (known?.value.version === version + 1) return known;
    const item = this.#parts.item.of({ state, version: version + 1 });
    this.#itemOf.set(state, item);
    return item;
  }

  #setTimer(world: World, recordingId: string, at: number | undefined): World {
    const timers = new Map(world.timers.value);
    if (at === undefined) timers.delete(recordingId);
    else timers.set(recordingId, at);
    return { ...world, timers: this.#parts.pairs(timers) };
  }

  /** Like EC2, returns the same flow log for the same token, and refuses a second one of a gateway. */
  #create(world: World, recordingId: string): Performed {
    const { flowLogs, now, item, timers } = world;
    const made = flowLogs.value.find((flowLog) => flowLog.recordingId === recordingId);
    if (made !== undefined) return [world, created(made.id)];
    if (liveOf(world).length > 0) return [world, REFUSED];
    const { recording } = item.value.state ?? {};
    const isWanted = recording?.id === recordingId && recording.phase === 'starting';
    const isArmed = timers.value.some(([id]) => id === recordingId);
    const wrong = isWanted && recording.deadline !== undefined && !isArmed;
    const id = `fl-${flowLogs.value.length}`;
    const delivery = this.#delivery && deliveryFrom(now, this.#delivery);
    const flowLog = { id, gatewayId: GATEWAY, recordingId, createdAt: now, ...delivery };
    const next = { ...world, flowLogs: this.#parts.flowLogs.of([...flowLogs.value, flowLog]) };
    const violation = wrong ? `${recordingId} was started without an armed stop` : undefined;
    return [broken(next, violation), created(id)];
  }

  #remove(world: World, ids: readonly string[]): World {
    const doomed = liveOf(world).filter(({ id }) => ids.includes(id));
    const { recording } = world.item.value.state ?? {};
    const isWrong =
      recording?.phase !== 'stopping' &&
      doomed.some(({ recordingId }) => recordingId === recording?.id);
    const flowLogs = world.flowLogs.value.map((flowLog) =>
      doomed.includes(flowLog) ? { ...flowLog, deletedAt: world.now } : flowLog,
    );
    const next = { ...world, flowLogs: this.#parts.flowLogs.of(flowLogs) };
    return broken(next, isWrong ? `${recording?.id} was stopped by mistake` : undefined);
  }

  #notify(world: World, notification: Notification): World {
    const key = notificationKey(notification);
    const isRepeated = world.told.value.includes(key);
    const told = isRepeated ? world.told : this.#parts.told([...world.told.value, key]);
    // A run that crashed after sending may be repeated, so faults may send a mail twice.
    const wrong = isRepeated && world.left.value.faults === this.#faults;
    return broken({ ...world, told }, wrong ? `"${key}" was told twice without need` : undefined);
  }
}

/** The flow logs that were not deleted. */
export function liveOf({ flowLogs }: World): KnownFlowLog[] {
  return flowLogs.value.filter(({ deletedAt }) => deletedAt === undefined);
}

/** The world with this violation, unless it has none or already has an earlier one. */
export function broken(world: World, violation: string | undefined): World {
  return violation === undefined || world.violation !== undefined ? world : { ...world, violation };
}

function deliveryFrom(now: number, { after, fails }: DeliveryOfLines) {
  return fails ? { failsAt: now + after } : { deliversAt: now + after };
}

const SUCCESS = { status: 'SUCCESS' } as const;
const FAILED = { status: 'FAILED', error: 'Access error' } as const;
const DONE: Answer = { key: 'done' };
/** AWS rejected the request: nothing changed, and repeating it will not help. */
export const REFUSED: Answer = {
  key: 'refused',
  error: Object.assign(new Error('AWS refuses'), { refused: true }),
};
/** It is unknown whether the request took effect. */
export const UNSURE: Answer = { key: 'unsure', error: new Error('AWS does not answer') };
export const CONFLICT: Answer = { key: 'false', value: false };
const SAVED: Answer = { key: 'true', value: true };

function created(id: string): Answer {
  return { key: `created ${id}`, value: { flowLogIds: [id], gatewayName: 'egress' } };
}

function alarmAnswer({ id, value }: Interned<Alarm>): Answer {
  return { key: `alarm ${id}`, value: new Map([[GATEWAY, value]]) };
}

function loaded({ item }: World): Answer {
  const { id, value } = item;
  return { key: `item ${id}`, value: value.state && value };
}

function listed({ item }: World): Answer {
  const { state } = item.value;
  return { key: `item ${item.id}`, value: state ? [{ gatewayId: GATEWAY, state }] : [] };
}
