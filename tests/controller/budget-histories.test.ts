import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  BudgetHistory,
  delivery,
  GATEWAYS,
  limits,
  type Minute,
  minutes,
  RULES,
  start,
} from './budget-history.ts';
import { BudgetWorld, MINUTE_MS } from './budget-world.ts';

const HISTORIES = Number(process.env['NATFLOW_BUDGET_HISTORIES'] ?? 12);
const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 2 ** 31);

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

const steady = fc.record({
  rate: fc.integer({ min: 1, max: 1000 }),
  minutes: fc.integer({ min: 12, max: 40 }),
  metricLag: fc.integer({ min: 1, max: 5 }),
  tail: fc.integer({ min: 1, max: 3 }),
});

test('at a steady rate a budget is not exceeded, and most of it is used', async () => {
  const property = fc.asyncProperty(steady, async ({ rate, minutes: count, metricLag, tail }) => {
    const [gatewayId = ''] = GATEWAYS;
    const lines = { metricLag, tail, rates: { [gatewayId]: [rate] } };
    const dollars = (rate * count) / 1e6;
    const limit = { dollars, recordingTime: 0 };
    const world = new BudgetWorld(RULES, limit, lines, Date.UTC(2026, 10, 10, 10));
    const played = new BudgetHistory(world, false);
    const byHand = { alarms: [], command: 'start', gateway: 0, events: [], steps: [] } as const;
    // A recording by hand lasts five minutes of lines. The next one is begun when it is over.
    for (let i = 0; i < 3 * count + 30; i++) await played.play(byHand);
    const spent = world.delivered.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
    expect(spent).toBeLessThanOrEqual(dollars);
    expect(reachedTold(world)).toHaveLength(1);
    expect(spent).toBeGreaterThan(dollars - (10 * rate) / 1e6);
  });
  await fc.assert(property, { numRuns: 8, seed: SEED });
}, 600_000);
