import { writeMail } from '../../services/controller/mails.ts';
import type { Ports } from '../../services/controller/reconcile.ts';
import {
  type Alarm,
  type Delivery,
  type FlowLog,
  type Notification,
  notificationKey,
  type Rules,
  type State,
  type Watch,
} from '../../services/controller/watch.ts';
import { PartlySent } from '../../shared/notification/send-each.ts';
import type { BudgetCall, Call, Fault, Invocation } from './calls.ts';

/** How AWS delivers the lines of a flow log. */
export interface Lines {
  /** From its creation until AWS delivers the first, or says that it cannot. */
  readonly after: number;
  readonly fails?: boolean;
}

export interface LiveFlowLog extends FlowLog {
  deletedAt?: number;
  /** Deleted outside natflow. */
  byHand?: boolean;
  /** When AWS delivers its first lines. */
  deliversAt: number;
  /** AWS cannot deliver it, from then on. */
  failsAt?: number;
}

const PLACE = { stack: 'natflow', region: 'us-east-1', report: { delay: 600_000 } };
const LATENCY_MS = 50;
const LATE_MS = 30_000;
const NEVER = new Promise<never>(() => {});

/** AWS in memory, on the test's clock. Every call waits until the test opens its gate. */
export class World {
  now = Date.UTC(2026, 10, 22, 10);
  readonly rules: Rules;
  readonly alarms = new Map<string, Alarm>();
  readonly flowLogs: LiveFlowLog[] = [];
  readonly schedules = new Map<string, { gatewayId: string; at: number }>();
  readonly looks: { gatewayId: string; recordingId: string; at: number }[] = [];
  /** What AWS does with the lines of the flow logs, one after another. */
  readonly lines: readonly Lines[];
  readonly items = new Map<string, { json: string; version: number }>();
  readonly mails: {
    key: string;
    gatewayId: string;
    notification: Notification;
    by: Invocation;
    at: number;
    text: string;
  }[] = [];
  /** The keys of the notifications whose events were sent. */
  readonly events: string[] = [];
  readonly refusing = new Set<string>();
  /** AWS has rejected a start. */
  hasRefused = false;
  /** The changes of the alarms. */
  readonly transitions: { gatewayId: string; state: Alarm['state']; at: number }[] = [];
  /** When AWS told an invocation the status of a delivery. */
  readonly said: { recordingId: string; status: string; at: number; to: Invocation }[] = [];
  readonly faults: { call: Call | BudgetCall; fault: Fault }[] = [];
  readonly late: { at: number; act: () => unknown }[] = [];
  readonly gates: { invocation: Invocation; open: () => void }[] = [];
  readonly trace: string[] = [];
  /** Called with every state before it is saved. */
  onSave: (gatewayId: string, state: State) => void = () => {};
  /** The first violation. Not thrown, because the function's error handling could catch it. */
  violation: Error | undefined;
  private isPartly = false;
  private readonly made = new Map<string, string>();
  private readonly resetAt = new Map<string, number>();

  constructor(rules: Rules, lines: readonly Lines[] = [{ after: 0 }]) {
    this.rules = rules;
    this.lines = lines;
  }

  state(gatewayId: string): State | undefined {
    const item = this.items.get(gatewayId);
    return item && JSON.parse(item.json);
  }

  live(gatewayId: string): LiveFlowLog[] {
    return this.flowLogs.filter((f) => f.gatewayId === gatewayId && f.deletedAt === undefined);
  }

  /** The ports of one invocation. */
  ports(by: Invocation): Ports {
    const call = <T>(name: Call, act: () => T) => this.call(by, name, act);
    return {
      rules: this.rules,
      now: () => this.now,
      flowLogs: (gatewayId) => call('flowLogs', () => this.list(by, gatewayId)),
      alarms: () => call('alarms', () => new Map(this.alarms)),
      load: (gatewayId) => call('load', () => this.load(gatewayId)),
      list: () => call('list', () => [...this.items.keys()].map((id) => this.item(id))),
      save: (id, state, version) => call('save', () => this.save(id, state, version)),
      arm: (gatewayId, id, at) => call('arm', () => void this.schedules.set(id, { gatewayId, at })),
      disarm: (recordingId) => call('disarm', () => void this.schedules.delete(recordingId)),
      look: (gatewayId, recordingId, at) =>
        call('look', () => void this.looks.push({ gatewayId, recordingId, at })),
      create: (gatewayId, recordingId) => call('create', () => this.create(gatewayId, recordingId)),
      deleteFlowLogs: (ids) => call('deleteFlowLogs', () => this.remove(ids)),
      notify: (notification, watch, done) =>
        call('notify', () => this.notify(notification, watch, by, done)),
    };
  }

  protected async call<T>(by: Invocation, name: Call | BudgetCall, act: () => T): Promise<T> {
    await new Promise<void>((open) => this.gates.push({ invocation: by, open }));
    if (by.dead) return await NEVER;
    this.now += LATENCY_MS;
    const index = this.faults.findIndex((planned) => planned.call === name);
    const fault = index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
    this.trace.push(`${this.clock()} ${name}${fault ? ` ${fault}` : ''}`);
    this.isPartly = fault === 'partly';
    if (fault !== undefined) by.disturbed = true;
    if (fault === 'throttled') throw new Error(`${name} was throttled`);
    if (fault === 'late') {
      this.late.push({ at: this.now + LATE_MS, act });
      throw new Error(`${name} timed out`);
    }
    if (fault === 'crash before') return await this.die(by);
    // The SDK retries when a response is lost, and the caller gets the second response.
    if (fault === 'repeated') act();
    const result = act();
    if (fault === 'crash after') return await this.die(by);
    if (fault === 'lost') throw new Error(`the answer to ${name} was lost`);
    return result;
  }

  must(condition: boolean, otherwise: string): void {
    if (!condition) this.violation ??= new Error(otherwise);
  }

  clock(): string {
    return new Date(this.now).toISOString().slice(11, 23);
  }

  async die(invocation: Invocation): Promise<never> {
    invocation.dead = true;
    invocation.disturbed = true;
    return await NEVER;
  }

  private list(by: Invocation, gatewayId?: string): FlowLog[] {
    return this.flowLogs
      .filter((f) => f.deletedAt === undefined && f.gatewayId === (gatewayId ?? f.gatewayId))
      .map((flowLog) => ({ ...flowLog, delivery: this.say(flowLog, by) }));
  }

  private say(flowLog: LiveFlowLog, to: Invocation): Delivery | undefined {
    const delivery = this.delivery(flowLog);
    const { recordingId } = flowLog;
    if (delivery !== undefined) {
      this.said.push({ recordingId, status: delivery.status, at: this.now, to });
    }
    return delivery;
  }

  private delivery({ deliversAt, failsAt = Infinity }: LiveFlowLog): Delivery | undefined {
    if (failsAt <= this.now) return { status: 'FAILED', error: 'Access error' };
    return deliversAt <= this.now ? { status: 'SUCCESS' } : undefined;
  }

  private item(gatewayId: string): { gatewayId: string; state: State; version: number } {
    const { json, version } = this.items.get(gatewayId) ?? { json: 'null', version: 0 };
    return { gatewayId, state: JSON.parse(json), version };
  }

  private load(gatewayId: string) {
    return this.items.has(gatewayId) ? this.item(gatewayId) : undefined;
  }

  private save(gatewayId: string, state: State, version: number): boolean {
    if ((this.items.get(gatewayId)?.version ?? 0) !== version) return false;
    this.onSave(gatewayId, state);
    const { counted = 0 } = this.state(gatewayId) ?? {};
    if (state.counted < counted) this.resetAt.set(gatewayId, this.now);
    this.items.set(gatewayId, { json: JSON.stringify(state), version: version + 1 });
    return true;
  }

  /** Like EC2, returns the same flow log for the same token, and refuses a second one of a gateway. */
  private create(gatewayId: string, recordingId: string) {
    const before = this.made.get(recordingId);
    if (before !== undefined) return { flowLogIds: [before] };
    const isTaken = this.live(gatewayId).length > 0;
    this.hasRefused ||= isTaken || this.refusing.has(gatewayId);
    if (this.refusing.has(gatewayId)) throw refused('ec2:CreateFlowLogs: UnauthorizedOperation');
    if (isTaken) throw refused('ec2:CreateFlowLogs: FlowLogAlreadyExists');
    const { recording } = this.state(gatewayId) ?? {};
    const isWanted = recording?.id === recordingId && recording.phase === 'starting';
    this.must(
      !isWanted || recording.deadline === undefined || this.schedules.has(recordingId),
      `${recordingId} was started without an armed stop`,
    );
    return { flowLogIds: [this.plant(gatewayId, recordingId)] };
  }

  plant(gatewayId: string, recordingId: string): string {
    const id = `fl-${this.flowLogs.length}`;
    const { after = 0, fails } = this.lines[this.flowLogs.length % this.lines.length] ?? {};
    const createdAt = this.now;
    const lines = fails
      ? { deliversAt: Number.POSITIVE_INFINITY, failsAt: createdAt + after }
      : { deliversAt: createdAt + after };
    this.flowLogs.push({ id, gatewayId, recordingId, createdAt, ...lines });
    this.made.set(recordingId, id);
    return id;
  }

  private remove(ids: readonly string[]): void {
    for (const flowLog of this.flowLogs.filter((f) => ids.includes(f.id) && !f.deletedAt)) {
      const { recording } = this.state(flowLog.gatewayId) ?? {};
      const isCurrent = recording?.id === flowLog.recordingId;
      this.must(
        !isCurrent || recording.phase === 'stopping',
        `${recording?.id} was stopped by mistake`,
      );
      flowLog.deletedAt = this.now;
    }
  }

  private notify(
    notification: Notification,
    watch: Watch,
    by: Invocation,
    done: readonly string[] = [],
  ): void {
    if (!done.includes('mail')) this.mail(notification, watch, by);
    const key = notificationKey(notification);
    if (this.isPartly) throw new PartlySent(['mail'], new Error('the event was throttled'));
    this.events.push(key);
  }

  private mail(notification: Notification, watch: Watch, by: Invocation): void {
    const { gatewayId } = watch;
    const key = notificationKey(notification);
    // After a reset, the cap can be reached a second time during one spike.
    const since = this.resetAt.get(gatewayId) ?? 0;
    const before = this.mails.filter((mail) => mail.key === key && mail.at >= since);
    this.must(
      before.length === 0 ||
        [by, ...before.map((mail) => mail.by)].some(({ disturbed }) => disturbed),
      `"${key}" was told twice without need`,
    );
    const { subject, body } = writeMail(notification, watch, PLACE);
    const text = `${subject}\n\n${body}`;
    this.mails.push({ key, gatewayId, notification, by, at: this.now, text });
  }
}

function refused(message: string): Error {
  return Object.assign(new Error(message), { refused: true });
}
