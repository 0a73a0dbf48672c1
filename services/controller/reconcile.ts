import { isRefused } from '../../shared/contract/refusal.ts';
import { PartlySent } from '../../shared/notification/send-each.ts';
import type { RecordingPrice } from '../../shared/prices/prices.ts';
import { Conflicts, type StateItem, type Versioned } from '../../shared/state-item.ts';
import type { BudgetNotification, BudgetState, Limits, Metered } from './budget.ts';
import { decide } from './decide.ts';
import {
  type Alarm,
  type Budget,
  type Effect,
  type FlowLog,
  NEW_STATE,
  type Notification,
  type Rules,
  type State,
  type Watch,
  type WatchEvent,
} from './watch.ts';

/** The controller's ports. A call that throws may have taken effect. */
export interface Ports {
  readonly rules: Rules;
  now(): number;
  /** This stack's flow logs, of one gateway or all. */
  flowLogs(gatewayId?: string): Promise<FlowLog[]>;
  /** This stack's alarms by gateway, of one gateway or all. */
  alarms(gatewayId?: string): Promise<ReadonlyMap<string, Alarm>>;
  load(gatewayId: string): Promise<Versioned<State> | undefined>;
  list(): Promise<{ readonly gatewayId: string; readonly state: State }[]>;
  /** Resolves with false when the item has another version. */
  save(gatewayId: string, state: State, version: number): Promise<boolean>;
  arm(gatewayId: string, recordingId: string, at: number): Promise<void>;
  disarm(recordingId: string): Promise<void>;
  /** Has the recording evaluated at that time, beside the stop that is armed. */
  look(gatewayId: string, recordingId: string, at: number): Promise<void>;
  /** Creates those flow logs of the recording that do not exist, and returns all of them. */
  create(gatewayId: string, recordingId: string): Promise<Made>;
  /** A flow log that does not exist is not an error. */
  deleteFlowLogs(flowLogIds: readonly string[]): Promise<void>;
  /** Sends it on the ways that are not done. @throws PartlySent when some of them are done now. */
  notify(notification: Notification, watch: Watch, done?: readonly string[]): Promise<void>;
  /** Undefined: the stack has no budget. */
  readonly budget?: BudgetPorts | undefined;
}

/** The ports of the stack's budget. */
export interface BudgetPorts extends StateItem<BudgetState> {
  readonly limits: Limits;
  readonly prices: readonly RecordingPrice[];
  /** What CloudWatch metered of the stream since that time, and the newest minutes before `now`. */
  metered(since: number, now: number): Promise<Metered>;
  /** Sends it on the ways that are not done. @throws PartlySent when some of them are done now. */
  notify(notification: BudgetNotification, done?: readonly string[]): Promise<void>;
}

/** The flow logs that AWS made for a recording. */
interface Made {
  readonly flowLogIds: readonly string[];
  readonly gatewayName?: string | undefined;
}

/** The state of a gateway after an event, and the reason if a command was refused. */
export interface Outcome {
  readonly watch: Watch;
  readonly refused?: string | undefined;
}

interface Run {
  watch: Watch;
  readonly conflicts: Conflicts;
  refused?: string;
  readonly events: WatchEvent[];
  readonly errors: unknown[];
}

/**
 * Handles one event of a gateway: load, decide, perform, and again for the result of each action.
 * @throws the first error that left an action undone, after all other actions: the invocation is worth a retry.
 */
export async function reconcile(
  ports: Ports,
  gatewayId: string,
  event: WatchEvent,
  budget?: Budget,
): Promise<Outcome> {
  const watch = { ...(await load(ports, gatewayId)), budget };
  const run: Run = { watch, conflicts: new Conflicts(gatewayId), events: [event], errors: [] };
  for (let next = run.events.shift(); next !== undefined; next = run.events.shift()) {
    await follow(ports, run, next);
  }
  if (run.errors.length > 0) throw run.errors[0];
  return { watch: run.watch, refused: run.refused };
}

/**
 * AWS is asked before the item is read. A listed flow log belongs to a recording that was saved before it was
 * created, so if the item does not have that recording, the flow log is an orphan.
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
      // Later actions may depend on it: no flow log without its schedule. None depends on an orphan's deletion.
      stuck ||= !isDone && action.do !== 'deleteFlowLogs';
    }
  }
}

/** Saves the state. After a conflict the gateway is loaded again, and the event has to be decided again. */
async function save(ports: Ports, run: Run, state: State): Promise<boolean> {
  const { gatewayId, version } = run.watch;
  if (await ports.save(gatewayId, state, version)) {
    run.watch = { ...run.watch, state, version: version + 1 };
    return true;
  }
  run.conflicts.add();
  run.watch = { ...(await load(ports, gatewayId)), budget: run.watch.budget };
  return false;
}

/** Performs an action, whose result becomes an event. Returns whether it succeeded. */
async function attempt(ports: Ports, run: Run, action: Effect): Promise<boolean> {
  try {
    const outcome = await perform(ports, run.watch, action);
    if (outcome !== undefined) run.events.push(outcome);
    return true;
  } catch (error) {
    const failure = failureOf(action, error);
    if (failure !== undefined) run.events.push(failure);
    if (action.do === 'send' && error instanceof PartlySent) {
      run.events.push({ kind: 'sent', notification: action.notification, done: error.done });
    }
    if (!isForgiven(run.watch.state, action, failure)) run.errors.push(error);
    return false;
  }
}

/** Whether a failure does not call for a retry of the invocation. */
function isForgiven({ recording, closed }: State, action: Effect, failure: Failure | undefined) {
  // A mail that cannot be sent must not block the deletion of the stack.
  if (action.do === 'send') return closed;
  // A start that AWS rejects is notified, and the sweep repeats it.
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
    case 'look':
      return void (await ports.look(watch.gatewayId, action.recordingId, action.at));
    case 'create': {
      const made = await ports.create(watch.gatewayId, action.recordingId);
      return { kind: 'created', recordingId: action.recordingId, ...made };
    }
    case 'deleteRecordingFlowLogs':
      await deleteRecordingFlowLogs(ports, watch.gatewayId, action);
      return { kind: 'deleted', recordingId: action.recordingId };
    case 'deleteFlowLogs':
      return void (await ports.deleteFlowLogs(action.flowLogIds));
    case 'send':
      await ports.notify(action.notification, watch, action.done);
      return { kind: 'sent', notification: action.notification };
  }
}

/** Deletes the flow logs in the item and those listed with the recording's tag. Either may lack some. */
async function deleteRecordingFlowLogs(
  ports: Ports,
  gatewayId: string,
  { recordingId, flowLogIds }: Extract<Effect, { do: 'deleteRecordingFlowLogs' }>,
): Promise<void> {
  const listed = (await ports.flowLogs(gatewayId)).filter(
    (flowLog) => flowLog.recordingId === recordingId,
  );
  const ids = new Set([...flowLogIds, ...listed.map(({ id }) => id)]);
  if (ids.size > 0) await ports.deleteFlowLogs([...ids]);
}

type Failure = WatchEvent<'failed'>;

function failureOf(action: Effect, error: unknown): Failure | undefined {
  const reason = error instanceof Error ? error.message : String(error);
  const refused = isRefused(error);
  switch (action.do) {
    case 'arm':
    case 'create':
      return { kind: 'failed', doing: 'start', recordingId: action.recordingId, reason, refused };
    case 'deleteRecordingFlowLogs':
      return { kind: 'failed', doing: 'stop', recordingId: action.recordingId, reason, refused };
    default:
      return undefined;
  }
}
