import type { ControllerAnswer, GatewayAnswer } from '../../shared/contract/controller.ts';
import type { Finding } from '../../shared/contract/doctor.ts';
import { budgetAnswer, checkBudget, resetBudget } from './check-budget.ts';
import { readEvent } from './events.ts';
import { type Following, NO_FOLLOWING } from './following/following.ts';
import { type Outcome, type Ports, reconcile } from './reconcile.ts';
import type { Budget, State, Watch, WatchEvent } from './watch.ts';

/** What is loaded or made for some commands alone. */
interface Parts {
  /** Checks what the first spike would need. */
  readonly diagnose?: () => Promise<Finding[]>;
  readonly following?: Following;
}

/**
 * Does what any event asks for, gateway by gateway, so that none suffers from another's trouble.
 * @throws when something was left undone, after all gateways had their turn.
 */
export async function control(
  ports: Ports,
  raw: unknown,
  stack: string,
  { diagnose = async () => [], following = NO_FOLLOWING }: Parts = {},
): Promise<ControllerAnswer> {
  const request = readEvent(raw, stack);
  switch (request.kind) {
    case 'ignored':
      return { gateways: [], ignored: request.why };
    case 'gateway':
      return await handleEvent(ports, request.gatewayId, request.event);
    case 'sweep':
      return await both(() => sweep(ports), following.sweep);
    case 'stack':
      return await both(
        () => handleStackEvent(ports, request.event),
        request.event.kind === 'close' ? following.close : following.open,
      );
    case 'doctor':
      return { gateways: [], findings: await diagnose() };
    case 'budget':
      return { gateways: [], budget: await budgetAnswer(ports) };
    case 'reset-budget':
      return await resetAndSweep(ports);
    case 'list':
      return {
        gateways: (await ports.list()).filter(hasRecorded).map((item) => describe(ports, item)),
        budget: await budgetAnswer(ports),
      };
  }
}

/** @throws the budget's error after the gateway had its turn. */
async function handleEvent(
  ports: Ports,
  gatewayId: string,
  event: WatchEvent,
): Promise<ControllerAnswer> {
  const { budget, error } = await checkBudget(ports, event.kind);
  const outcome = await reconcile(ports, gatewayId, event, budget);
  // What a person started by hand is refused with the reason, and not repeated.
  if (error !== undefined && event.kind !== 'start') throw error;
  return answerOf(outcome);
}

async function handleStackEvent(ports: Ports, event: WatchEvent): Promise<ControllerAnswer> {
  const { budget } = await checkBudget(ports, event.kind);
  return await each(ports, await allGateways(ports), event, budget);
}

async function sweep(ports: Ports): Promise<ControllerAnswer> {
  const { budget, error } = await checkBudget(ports, 'sweep');
  const answer = await each(ports, await gatewaysToSweep(ports), { kind: 'sweep' }, budget);
  if (error !== undefined) throw error;
  return answer;
}

/** After the reset of the budget, spikes that last are recorded at once. */
async function resetAndSweep(ports: Ports): Promise<ControllerAnswer> {
  if (ports.budget === undefined) {
    const refused = 'the stack has neither MonthlyBudget nor MonthlyRecordingHours';
    return { gateways: [], refused };
  }
  await resetBudget(ports);
  return { ...(await sweep(ports)), budget: await budgetAnswer(ports) };
}

/** A mistyped gateway has an item from then on, and is none to be shown. */
function hasRecorded({ state: { counted, recording, last } }: { readonly state: State }): boolean {
  return counted > 0 || recording !== undefined || last !== undefined;
}

/** Recordings first, then the alarms: neither suffers from the other's trouble. */
async function both(
  recordings: () => Promise<ControllerAnswer>,
  alarms: () => Promise<void>,
): Promise<ControllerAnswer> {
  const [answer] = await Promise.allSettled([recordings()]);
  const [followed] = await Promise.allSettled([alarms()]);
  const errors = [answer, followed].flatMap((end) =>
    end.status === 'rejected' ? [end.reason] : [],
  );
  if (answer.status === 'fulfilled' && errors.length === 0) return answer.value;
  throw errors.length === 1 ? errors[0] : new AggregateError(errors, errors.map(String).join('; '));
}

async function each(
  ports: Ports,
  gatewayIds: Iterable<string>,
  event: WatchEvent,
  budget: Budget | undefined,
): Promise<ControllerAnswer> {
  const gateways: GatewayAnswer[] = [];
  const errors: unknown[] = [];
  for (const gatewayId of gatewayIds) {
    try {
      const { watch } = await reconcile(ports, gatewayId, event, budget);
      gateways.push(describe(ports, watch));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
  return { gateways };
}

/** Those where a spike, a flow log or something we left undone asks for a look. */
async function gatewaysToSweep(ports: Ports): Promise<Set<string>> {
  const { flowLogs, alarms, items } = await survey(ports);
  const raised = [...alarms].filter(([, { state }]) => state === 'ALARM').map(([id]) => id);
  const busy = items.filter(
    ({ state: { recording, outbox, digest } }) =>
      recording !== undefined || outbox.length > 0 || (digest?.collected.length ?? 0) > 0,
  );
  return new Set([...raised, ...[...flowLogs, ...busy].map(({ gatewayId }) => gatewayId)]);
}

async function allGateways(ports: Ports): Promise<Set<string>> {
  const { flowLogs, alarms, items } = await survey(ports);
  return new Set([...alarms.keys(), ...[...flowLogs, ...items].map(({ gatewayId }) => gatewayId)]);
}

async function survey(ports: Ports) {
  const [flowLogs, alarms, items] = await Promise.all([
    ports.flowLogs(),
    ports.alarms(),
    ports.list(),
  ]);
  return { flowLogs, alarms, items };
}

function answerOf({ watch, refused }: Outcome): ControllerAnswer {
  return { gateways: [describe(watch, watch)], refused };
}

function describe(
  { rules }: Pick<Ports, 'rules'>,
  { gatewayId, state }: Pick<Watch, 'gatewayId' | 'state'>,
): GatewayAnswer {
  const { gatewayName: name, recording, last, counted } = state;
  return {
    ...{ gatewayId, name, counted },
    recording: recording && { ...recording },
    last: last && { ...last },
    cap: rules.numOfRecordings,
  };
}
