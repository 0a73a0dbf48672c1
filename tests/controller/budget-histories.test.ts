import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Limits } from '../../services/controller/budget.ts';
import type { Alarm } from '../../services/controller/watch.ts';
import { BudgetWorld, type LineDelivery, MINUTE_MS } from './budget-world.ts';
import { History } from './history.ts';
import { BUDGET_CALLS, type BudgetCall, CALLS, type Call, type Fault } from './world.ts';

const HISTORIES = Number(process.env['NATFLOW_BUDGET_HISTORIES'] ?? 12);
const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 2 ** 31);

const GATEWAYS = ['nat-0a', 'nat-0b', 'nat-0c', 'nat-0d'];
const RULES = {
  recordingTime: 20 * MINUTE_MS,
  minimumRecordingTime: 2 * MINUTE_MS,
  firstLinesWait: 5 * MINUTE_MS,
  numOfRecordings: 0,
};
const SWEEP_MINUTES = 5;
/** Two sweeps: one of them may fail. */
const REPAIRED_MINUTES = 2 * SWEEP_MINUTES;

/** What happens in a minute, beside timers, sweeps and lines. Indexes are modulo the number of choices. */
interface Minute {
  readonly alarms: readonly { readonly gateway: number; readonly state: Alarm['state'] }[];
  readonly command?: 'start' | 'stop' | 'reset-budget' | undefined;
  readonly gateway: number;
  readonly fault?: { readonly call: Call | BudgetCall; readonly fault: Fault } | undefined;
  /** What becomes of each queued event, in turn. */
  readonly events: readonly ('deliver' | 'repeat' | 'lose')[];
  /** Which of the waiting calls is answered next, in turn. */
  readonly steps: readonly number[];
}

const gateway = fc.nat(GATEWAYS.length - 1);
/** Once in so many minutes. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>, minutes: number) =>
  fc.oneof({ weight: minutes - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const COMMANDS = [
  ...(['start', 'start', 'start', 'start', 'start', 'start', 'start'] as const),
  ...(['stop', 'stop', 'stop', 'stop', 'reset-budget'] as const),
];
const minute: fc.Arbitrary<Minute> = fc.record({
  alarms: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    {
      weight: 2,
      arbitrary: fc.array(
        fc.record({ gateway, state: fc.constantFrom<Alarm['state'][]>('ALARM', 'ALARM', 'OK') }),
        { minLength: 1, maxLength: 2 },
      ),
    },
    // All gateways at once.
    {
      weight: 1,
      arbitrary: fc.constant(
        GATEWAYS.map((_, index) => ({ gateway: index, state: 'ALARM' as const })),
      ),
    },
  ),
  command: rarely(fc.constantFrom(...COMMANDS), 6),
  gateway,
  fault: rarely(
    fc.record({
      call: fc.constantFrom<(Call | BudgetCall)[]>(...BUDGET_CALLS, ...BUDGET_CALLS, ...CALLS),
      fault: fc.constantFrom<Fault[]>(
        'throttled',
        'throttled',
        'lost',
        'repeated',
        'crash before',
        'crash after',
      ),
    }),
    4,
  ),
  events: fc.array(fc.constantFrom('deliver', 'deliver', 'repeat', 'lose'), {
    minLength: 1,
    maxLength: 4,
  }),
  steps: fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }),
});

const rates = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
const delivery: fc.Arbitrary<LineDelivery> = fc.record({
  metricLag: fc.integer({ min: 1, max: 5 }),
  tail: fc.integer({ min: 1, max: 3 }),
  rates: fc
    .tuple(rates, rates, rates, rates)
    .map((each) => Object.fromEntries(GATEWAYS.map((id, index) => [id, each[index] ?? []]))),
});
const limits: fc.Arbitrary<Limits> = fc.oneof(
  fc.record({
    dollars: fc.integer({ min: 100, max: 2000 }).map((bytes) => bytes / 1e6),
    recordingTime: fc.constant(0),
  }),
  fc.record({
    dollars: fc.constant(0),
    recordingTime: fc.constantFrom(20, 40, 60).map((each) => each * MINUTE_MS),
  }),
  fc.record({ dollars: fc.constant(500 / 1e6), recordingTime: fc.constant(60 * MINUTE_MS) }),
);
/** Some begin before the month's end. */
const start = fc.constantFrom(Date.UTC(2026, 10, 10, 10), Date.UTC(2026, 10, 30, 23, 20));
const minutes = fc.array(minute, { minLength: 30, maxLength: 90, size: 'max' });

/** A history whose events are lost and repeated and whose calls fail, or one without that. */
class BudgetHistory {
  readonly world: BudgetWorld;
  readonly history: History;
  readonly #isDisturbed: boolean;
  #minute = 0;

  constructor(world: BudgetWorld, isDisturbed: boolean) {
    this.world = world;
    this.history = new History(world, GATEWAYS);
    this.#isDisturbed = isDisturbed;
  }

  /** Until the next look, at the latest. */
  get lookMinutes(): number {
    return this.#isDisturbed ? REPAIRED_MINUTES : 1;
  }

  async play({ alarms, command, gateway, fault, events, steps }: Minute): Promise<void> {
    const { world, history } = this;
    await history.advance(MINUTE_MS - (world.now % MINUTE_MS));
    world.deliverMinute();
    this.#minute += 1;
    if (this.#isDisturbed && fault !== undefined) world.faults.push(fault);
    for (const change of alarms) await history.alarm(GATEWAYS[change.gateway] ?? '', change.state);
    if (command !== undefined) await this.#command(command, GATEWAYS[gateway] ?? '');
    if (this.#isDisturbed) await this.#disturb(events, steps);
    else await history.deliverAll();
    if (this.#minute % SWEEP_MINUTES === 0) await this.#sweep();
  }

  async #command(command: 'start' | 'stop' | 'reset-budget', gatewayId: string): Promise<void> {
    const faults = this.world.faults.splice(0);
    const isOfGateway = command !== 'reset-budget';
    await this.history.run(isOfGateway ? { command, gatewayId } : { command });
    this.world.faults.push(...faults);
  }

  /** Every second sweep has no faults. */
  async #sweep(): Promise<void> {
    if (this.#minute % REPAIRED_MINUTES === 0) await this.history.drain();
    await this.history.run({ command: 'sweep' });
  }

  /** Runs the queued events beside each other, and loses some of them. */
  async #disturb(events: Minute['events'], steps: readonly number[]): Promise<void> {
    for (const what of events) await this.history.happen({ do: what, index: 0 });
    for (const index of steps) await this.history.happen({ do: 'step', index });
    for (let left = this.history.running().length; left > 0; left--) {
      await this.history.happen({ do: 'finish', index: 0 });
    }
  }
}

/** The time when something added up to more than its limit, in each period of the budget. */
function passedAt(
  world: BudgetWorld,
  amounts: readonly { readonly at: number; readonly amount: number }[],
  limit: number,
): { readonly at: number; readonly since: number }[] {
  const sums = new Map<number, number>();
  const passed = new Map<number, number>();
  for (const { at, amount } of amounts) {
    const since = world.since(at);
    if (at < since) continue;
    const sum = (sums.get(since) ?? 0) + amount;
    sums.set(since, sum);
    if (sum >= limit && !passed.has(since)) passed.set(since, at);
  }
  return [...passed].map(([since, at]) => ({ since, at }));
}

/** Nothing is delivered later than a delivery window after the budget was spent. */
function checkDollars(world: BudgetWorld, lookMinutes: number): void {
  const { limits, lineDelivery, delivered } = world;
  const window = (lineDelivery.metricLag + lookMinutes + lineDelivery.tail + 2) * MINUTE_MS;
  const amounts = delivered.map(({ at, bytes }) => ({ at, amount: bytes / 1e6 }));
  for (const { at, since } of passedAt(world, amounts, limits.dollars)) {
    const late = delivered.filter(
      (each) => each.at > at + window && world.since(each.at) === since,
    );
    expect(late.map((each) => new Date(each.at).toISOString())).toEqual([]);
  }
}

/** No flow log is there later than a look after the hours were used. */
function checkHours(world: BudgetWorld, lookMinutes: number): void {
  const { limits, flowLogs } = world;
  const ends = flowLogs.map(({ createdAt, deletedAt = world.now }) => ({ createdAt, deletedAt }));
  const first = Math.floor(Math.min(...ends.map(({ createdAt }) => createdAt)) / MINUTE_MS);
  const count = Math.ceil(world.now / MINUTE_MS) - first;
  const live = (at: number) =>
    ends.filter((e) => e.createdAt <= at && e.deletedAt >= at + MINUTE_MS);
  const amounts = Array.from({ length: Math.max(0, count) }, (_, index) => {
    const at = (first + index) * MINUTE_MS;
    return { at, amount: live(at).length * MINUTE_MS };
  });
  for (const { at, since } of passedAt(world, amounts, limits.recordingTime)) {
    const end = at + (lookMinutes + 3) * MINUTE_MS;
    const late = amounts.filter((e) => e.at > end && e.amount > 0 && world.since(e.at) === since);
    expect(late.map((each) => new Date(each.at).toISOString())).toEqual([]);
  }
}

const reachedTold = (world: BudgetWorld) =>
  world.told.filter(({ notification }) => notification.kind === 'reached');

/** Where little was used since the month or a reset began, a gateway can be recorded. */
async function checkOpen({ world, history }: Pick<BudgetHistory, 'world' | 'history'>) {
  const [gatewayId] = GATEWAYS.filter((id) => world.state(id)?.recording === undefined);
  if (gatewayId === undefined || world.used() > 0.2) return;
  await history.run({ command: 'start', gatewayId });
  expect(world.live(gatewayId)).toHaveLength(1);
}

/** What is left is told, and a reset records again what a limit ended. */
async function checkEnd({ world, history }: BudgetHistory): Promise<void> {
  await history.drain();
  await history.advance(3 * MINUTE_MS);
  await history.drain();
  await history.run({ command: 'sweep' });
  const { reached } = world.budget?.state ?? {};
  if (reached === undefined || reached.at < world.since(world.now)) {
    await checkOpen({ world, history });
    return;
  }
  expect(world.budget?.state.outbox).toEqual([]);
  expect(reachedTold(world).map(({ notification: { at } }) => at)).toContain(reached.at);
  expect(GATEWAYS.flatMap((id) => world.live(id))).toEqual([]);
  await history.run({ command: 'start', gatewayId: GATEWAYS[0] ?? '' });
  expect(GATEWAYS.flatMap((id) => world.live(id))).toEqual([]);
  await history.run({ command: 'reset-budget' });
  const lasting = GATEWAYS.filter((id) => {
    const { last, recording } = world.state(id) ?? {};
    const isOn = world.alarms.get(id)?.state === 'ALARM';
    return isOn && last?.ending === 'budget' && last.cause === 'alarm' && recording === undefined;
  });
  expect(lasting).toEqual([]);
}

/** A failure has the end of the history's trace. */
async function playWhole(played: BudgetHistory, happened: readonly Minute[]): Promise<void> {
  const { world } = played;
  try {
    for (const each of happened) {
      await played.play(each);
      if (world.violation !== undefined) throw world.violation;
    }
    if (world.limits.dollars > 0) checkDollars(world, played.lookMinutes);
    if (world.limits.recordingTime > 0) checkHours(world, played.lookMinutes);
    await checkEnd(played);
    if (world.violation !== undefined) throw world.violation;
  } catch (error) {
    throw new Error(`${error}\n${world.trace.slice(-200).join('\n')}`, { cause: error });
  }
}

test(`in ${HISTORIES} random histories no more than a delivery window goes beyond the budget`, async () => {
  process.stdout.write(
    `seed ${SEED}: NATFLOW_SEED=${SEED} NATFLOW_BUDGET_HISTORIES=${HISTORIES}\n`,
  );
  const worlds: BudgetWorld[] = [];
  const histories = fc.asyncProperty(
    ...[limits, delivery, start, minutes, fc.boolean()],
    async (chosen, lines, begin, happened, isDisturbed) => {
      const world = new BudgetWorld(RULES, chosen, lines, begin);
      worlds.push(world);
      await playWhole(new BudgetHistory(world, isDisturbed), happened);
    },
  );
  await fc.assert(histories, { numRuns: HISTORIES, seed: SEED });
  const reached = worlds.filter((world) => reachedTold(world).length > 0).length;
  const resets = worlds.filter((world) => world.resets.length > 0).length;
  const months = worlds.filter(({ now }) => now > Date.UTC(2026, 11)).length;
  process.stdout.write(`${JSON.stringify({ reached, resets, months })}\n`);
  expect(reached).toBeGreaterThan(HISTORIES / 8);
  expect(resets).toBeGreaterThan(0);
  expect(months).toBeGreaterThan(0);
}, 600_000);
