import fc from 'fast-check';
import type { Limits } from '../../services/controller/budget.ts';
import type { Alarm } from '../../services/controller/watch.ts';
import { type BudgetWorld, type LineDelivery, MINUTE_MS } from './budget-world.ts';
import { BUDGET_CALLS, type BudgetCall, CALLS, type Call, type Fault } from './calls.ts';
import { History } from './history.ts';

export const GATEWAYS = ['nat-0a', 'nat-0b', 'nat-0c', 'nat-0d'];
export const RULES = {
  recordingTime: 20 * MINUTE_MS,
  minimumRecordingTime: 2 * MINUTE_MS,
  firstLinesWait: 5 * MINUTE_MS,
  numOfRecordings: 0,
};
const SWEEP_MINUTES = 5;
/** Two sweeps: one of them may fail. */
const REPAIRED_MINUTES = 2 * SWEEP_MINUTES;

/** What happens in a minute, beside timers, sweeps and lines. Indexes are modulo the number of choices. */
export interface Minute {
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
export const delivery: fc.Arbitrary<LineDelivery> = fc.record({
  metricLag: fc.integer({ min: 1, max: 5 }),
  tail: fc.integer({ min: 1, max: 3 }),
  rates: fc
    .tuple(rates, rates, rates, rates)
    .map((each) => Object.fromEntries(GATEWAYS.map((id, index) => [id, each[index] ?? []]))),
});
export const limits: fc.Arbitrary<Limits> = fc.oneof(
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
export const start = fc.constantFrom(Date.UTC(2026, 10, 10, 10), Date.UTC(2026, 10, 30, 23, 20));
export const minutes = fc.array(minute, { minLength: 30, maxLength: 90, size: 'max' });

/** A history whose events are lost and repeated and whose calls fail, or one without that. */
export class BudgetHistory {
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
