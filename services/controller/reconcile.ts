import { decide } from './decide.ts';
import { isRefused } from './refused.ts';
import {
  type Alarm,
  type Effect,
  type Fact,
  type FlowLog,
  NEW_STATE,
  type Rules,
  type State,
  type Watch,
  type WatchEvent,
} from './watch.ts';

/** What the controller needs of the world; every function may throw, and may have worked all the same. */
export interface Ports {
  readonly rules: Rules;
  now(): number;
  /** The flow logs that carry our tags: of one gateway, or all. */
  flowLogs(gatewayId?: string): Promise<FlowLog[]>;
  /** The alarms of ours by gateway: of one gateway, or all. */
  alarms(gatewayId?: string): Promise<ReadonlyMap<string, Alarm>>;
  load(gatewayId: string): Promise<{ readonly state: State; readonly version: number } | undefined>;
  list(): Promise<{ readonly gatewayId: string; readonly state: State }[]>;
  /** Whether this was the first save based on that version. */
  save(gatewayId: string, state: State, version: number): Promise<boolean>;
  arm(gatewayId: string, recordingId: string, at: number): Promise<void>;
  disarm(recordingId: string): Promise<void>;
  /** Makes what is missing of this recording's flow logs, and returns them all. */
  create(gatewayId: string, recordingId: string): Promise<Made>;
  /** Those that are gone already are no error. */
  remove(flowLogIds: readonly string[]): Promise<void>;
  tell(fact: Fact, watch: Watch): Promise<void>;
}

/** What AWS made for a recording. */
interface Made {
  readonly flowLogIds: readonly string[];
  readonly gatewayName?: string | undefined;
}

/** How a gateway stands after an event, and why nothing was done, if so. */
export interface Outcome {
  readonly watch: Watch;
  readonly refused?: string | undefined;
}

const MOST_CONFLICTS = 10;

interface Run {
  watch: Watch;
  conflicts: number;
  refused?: string;
  readonly events: WatchEvent[];
  readonly errors: unknown[];
}

/**
 * Brings one gateway to where it should be: load, decide, perform, until nothing is left to do.
 * @throws the first error that leaves something undone, after all else was done: a retry is worth while.
 */
export async function reconcile(
  ports: Ports,
  gatewayId: string,
  event: WatchEvent,
): Promise<Outcome> {
  const watch = await load(ports, gatewayId);
  const run: Run = { watch, conflicts: 0, events: [event], errors: [] };
  for (let next = run.events.shift(); next !== undefined; next = run.events.shift()) {
    await follow(ports, run, next);
  }
  if (run.errors.length > 0) throw run.errors[0];
  return { watch: run.watch, refused: run.refused };
}

/**
 * AWS is asked first and our item read after it: a flow log in the list belongs to a recording that was
 * saved before it was made, so what the item does not want any more is truly a leftover.
 */
async function load(ports: Ports, gatewayId: string): Promise<Watch> {
  const [flowLogs, alarms] = await Promise.all([
    ports.flowLogs(gatewayId),
    ports.alarms(gatewayId),
  ]);
  const { state, version } = (await ports.load(gatewayId)) ?? { state: NEW_STATE, version: 0 };
  return { gatewayId, state, version, flowLogs, alarm: alarms.get(gatewayId), rules: ports.rules };
}

async function follow(ports: Ports, run: Run, event: WatchEvent): Promise<void> {
  let stuck = false;
  for (const action of decide(run.watch, event, ports.now())) {
    if (action.do === 'refuse') {
      run.refused = action.reason;
    } else if (action.do === 'save') {
      if (!(await save(ports, run, action.state))) return void run.events.unshift(event);
    } else if (!stuck || action.do === 'send') {
      const isDone = await attempt(ports, run, action);
      // What follows may rest on it: no flow log without its timer. Nothing rests on a leftover's end.
      stuck ||= !isDone && action.do !== 'remove';
    }
  }
}

/** Somebody else was first: what we decided is out of date, so look again and decide anew. */
async function save(ports: Ports, run: Run, state: State): Promise<boolean> {
  const { gatewayId, version } = run.watch;
  if (await ports.save(gatewayId, state, version)) {
    run.watch = { ...run.watch, state, version: version + 1 };
    return true;
  }
  run.conflicts += 1;
  if (run.conflicts > MOST_CONFLICTS)
    throw new Error(`${gatewayId} is changed by too many at once`);
  run.watch = await load(ports, gatewayId);
  return false;
}

/** What became of the action is an event of its own; returns whether it worked. */
async function attempt(ports: Ports, run: Run, action: Effect): Promise<boolean> {
  try {
    const outcome = await perform(ports, run.watch, action);
    if (outcome !== undefined) run.events.push(outcome);
    return true;
  } catch (error) {
    const failure = failureOf(action, error);
    if (failure !== undefined) run.events.push(failure);
    if (!isForgiven(run.watch.state, action, failure)) run.errors.push(error);
    return false;
  }
}

/** Whether a failure is no reason to try again soon. */
function isForgiven({ recording, closed }: State, action: Effect, failure: Failure | undefined) {
  // A mail must not keep a stack from being deleted that nothing is recorded by any more.
  if (action.do === 'send') return closed;
  // A start that AWS refuses is told, and tried again by the sweep.
  return recording?.phase === 'starting' && failure?.doing === 'start' && failure.refused;
}

async function perform(
  ports: Ports,
  watch: Watch,
  action: Effect,
): Promise<WatchEvent | undefined> {
  switch (action.do) {
    case 'arm':
      return void (await ports.arm(watch.gatewayId, action.recordingId, action.at));
    case 'disarm':
      return void (await ports.disarm(action.recordingId));
    case 'create': {
      const made = await ports.create(watch.gatewayId, action.recordingId);
      return { kind: 'created', recordingId: action.recordingId, ...made };
    }
    case 'delete':
      await removeAll(ports, watch.gatewayId, action);
      return { kind: 'deleted', recordingId: action.recordingId };
    case 'remove':
      return void (await ports.remove(action.flowLogIds));
    case 'send':
      await ports.tell(action.fact, watch);
      return { kind: 'sent', fact: action.fact };
  }
}

/** The ids we know and those AWS lists under the recording: either may lack one the other has. */
async function removeAll(
  ports: Ports,
  gatewayId: string,
  { recordingId, flowLogIds }: Extract<Effect, { do: 'delete' }>,
): Promise<void> {
  const listed = (await ports.flowLogs(gatewayId)).filter(
    (flowLog) => flowLog.recordingId === recordingId,
  );
  const ids = new Set([...flowLogIds, ...listed.map(({ id }) => id)]);
  if (ids.size > 0) await ports.remove([...ids]);
}

type Failure = Extract<WatchEvent, { kind: 'failed' }>;

function failureOf(action: Effect, error: unknown): Failure | undefined {
  const reason = error instanceof Error ? error.message : String(error);
  const refused = isRefused(error);
  switch (action.do) {
    case 'arm':
    case 'create':
      return { kind: 'failed', doing: 'start', recordingId: action.recordingId, reason, refused };
    case 'delete':
      return { kind: 'failed', doing: 'stop', recordingId: action.recordingId, reason, refused };
    default:
      return undefined;
  }
}
