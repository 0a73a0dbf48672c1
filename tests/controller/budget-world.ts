import {
  type BudgetNotification,
  type BudgetState,
  budgetKey,
  type Limits,
} from '../../services/controller/budget.ts';
import { writeBudgetMail } from '../../services/controller/budget-mails.ts';
import type { Ports } from '../../services/controller/reconcile.ts';
import type { Rules, State } from '../../services/controller/watch.ts';
import { GIB } from '../../shared/text/units.ts';
import type { Invocation } from './calls.ts';
import { type LiveFlowLog, World } from './world.ts';

export const MINUTE_MS = 60_000;
/** A byte costs a millionth of a dollar. */
const PRICES = [{ part: 'delivery', perGib: GIB / 1e6 }];

/** How the lines of a history are delivered and metered, in minutes and bytes. */
export interface LineDelivery {
  /** Until CloudWatch shows a minute. */
  readonly metricLag: number;
  /** From the deletion of a flow log until its last lines. */
  readonly tail: number;
  /** Bytes of each minute of a recording, by gateway; the last is also that of all later ones. */
  readonly rates: Readonly<Record<string, readonly number[]>>;
}

/** AWS in memory for a stack with a budget: it delivers lines, and meters them late. */
export class BudgetWorld extends World {
  readonly limits: Limits;
  readonly lineDelivery: LineDelivery;
  /** The bytes delivered in each minute, in the order of time. */
  readonly delivered: { readonly at: number; readonly bytes: number }[] = [];
  readonly told: { readonly notification: BudgetNotification; readonly by: Invocation }[] = [];
  /** The times of resets. */
  readonly resets: number[] = [];
  budget: { state: BudgetState; version: number } | undefined;
  /** Since when the budget's item says that it is reached. */
  #reachedAt = Number.POSITIVE_INFINITY;

  constructor(rules: Rules, limits: Limits, lineDelivery: LineDelivery, now: number) {
    super(rules, [{ after: 3 * MINUTE_MS }]);
    this.limits = limits;
    this.lineDelivery = lineDelivery;
    this.now = now;
  }

  override ports(by: Invocation): Ports {
    const { limits } = this;
    const ports = super.ports(by);
    return {
      ...ports,
      save: async (gatewayId, state, version) => {
        const began = this.state(gatewayId)?.recording?.id !== state.recording?.id;
        if (state.recording !== undefined && began) this.#mustBeOpen(by, state);
        return await ports.save(gatewayId, state, version);
      },
      budget: {
        ...{ limits, prices: PRICES },
        load: () => this.call(by, 'loadBudget', () => structuredClone(this.budget)),
        save: (state, version) => this.call(by, 'saveBudget', () => this.#save(state, version)),
        metered: (since, now) => this.call(by, 'metered', () => this.#metered(since, now)),
        notify: (notification) => this.call(by, 'notifyBudget', () => this.#tell(notification, by)),
      },
    };
  }

  /** Delivers the lines of the minute that is over. */
  deliverMinute(): void {
    const at = Math.floor(this.now / MINUTE_MS - 1) * MINUTE_MS;
    const bytes = this.flowLogs.reduce((sum, flowLog) => sum + this.#bytesOf(flowLog), 0);
    if (bytes > 0) this.delivered.push({ at, bytes });
  }

  /** Since when the budget counts, and the mark from which CloudWatch is asked. */
  since(at: number): number {
    const date = new Date(at);
    const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    return Math.max(month, this.resets.findLast((reset) => reset <= at) ?? 0);
  }

  /** The share of the limits that was used since the budget counts, as AWS knows it: 1 is all of one. */
  used(): number {
    const { now, limits } = this;
    const since = this.since(now);
    const bytes = this.delivered
      .filter(({ at }) => at >= since)
      .reduce((sum, e) => sum + e.bytes, 0);
    const time = this.flowLogs.reduce(
      (sum, { createdAt, deletedAt = now }) =>
        sum + Math.max(0, deletedAt - Math.max(createdAt, since)),
      0,
    );
    return Math.max(
      limits.dollars > 0 ? bytes / 1e6 / limits.dollars : 0,
      limits.recordingTime > 0 ? time / limits.recordingTime : 0,
    );
  }

  #bytesOf({ gatewayId, deliversAt, deletedAt = Infinity }: LiveFlowLog): number {
    const { rates, tail } = this.lineDelivery;
    const minute = Math.floor((this.now - deliversAt) / MINUTE_MS);
    if (minute < 0 || this.now > deletedAt + tail * MINUTE_MS || deliversAt > deletedAt) return 0;
    const levels = rates[gatewayId] ?? [];
    return levels[minute] ?? levels.at(-1) ?? 0;
  }

  #save(state: BudgetState, version: number): boolean {
    if ((this.budget?.version ?? 0) !== version) return false;
    this.budget = structuredClone({ state, version: version + 1 });
    const isReached = state.reached !== undefined && state.reached.at >= this.since(this.now);
    if (!isReached) this.#reachedAt = Number.POSITIVE_INFINITY;
    else this.#reachedAt = Math.min(this.#reachedAt, this.now);
    if (state.resetAt > (this.resets.at(-1) ?? 0)) this.resets.push(state.resetAt);
    return true;
  }

  #metered(since: number, now: number) {
    const start = Math.ceil(since / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
    const shown = this.delivered.filter(
      ({ at }) => at + MINUTE_MS + this.lineDelivery.metricLag * MINUTE_MS <= this.now,
    );
    return {
      bytes: shown.filter(({ at }) => at >= start).reduce((sum, { bytes }) => sum + bytes, 0),
      minutes: shown.filter(({ at }) => at >= now - 15 * MINUTE_MS),
    };
  }

  #mustBeOpen({ startedAt }: Invocation, { recording }: State): void {
    const isReached = this.#reachedAt < startedAt && this.since(this.now) <= this.#reachedAt;
    this.must(!isReached, `${recording?.id} is begun although the budget is reached`);
  }

  #tell(notification: BudgetNotification, by: Invocation): void {
    const { body } = writeBudgetMail(notification, PRICES, { stack: 'natflow', region: 'x' });
    this.must(body.includes('aws lambda invoke'), 'a mail has no command');
    const key = budgetKey(notification);
    const before = this.told.filter((other) => budgetKey(other.notification) === key);
    this.must(
      before.length === 0 || [by, ...before.map((each) => each.by)].some((each) => each.disturbed),
      `"${key}" was told twice without need`,
    );
    this.told.push({ notification, by });
  }
}
