import { control } from '../../services/controller/control.ts';
import type { Alarm } from '../../services/controller/watch.ts';
import { alarmName } from '../../shared/gateway/nat-gateway.ts';
import type { Invocation } from './calls.ts';
import { GATEWAYS, type Happening } from './happenings.ts';
import type { World } from './world.ts';

/** The duration of a history's manual recordings. */
export const MANUAL_MINUTES = 5;
const STACK = 'natflow';
export const LAMBDA_TIMEOUT_MS = 60_000;
const LAMBDA_ATTEMPTS = 3;

interface Run extends Invocation {
  readonly done: Promise<void>;
  readonly attempts: number;
  endedAt: number;
}

/** Applies operations to a world, in place of EventBridge, Scheduler and Lambda. */
export class History {
  readonly world: World;
  readonly runs: Run[] = [];
  private readonly queue: { raw: object; attempts: number }[] = [];

  constructor(world: World, gateways: readonly string[] = GATEWAYS) {
    this.world = world;
    for (const id of gateways)
      world.alarms.set(id, { state: 'INSUFFICIENT_DATA', since: world.now });
  }

  async happen(what: Exclude<Happening, { do: 'calm' }>): Promise<void> {
    this.world.trace.push(`${this.world.clock()} -- ${JSON.stringify(what)}`);
    switch (what.do) {
      case 'advance':
        return await this.advance(what.seconds * 1000);
      case 'alarm':
        return await this.alarm(this.id(what.gateway), what.state);
      case 'deliver':
      case 'repeat':
      case 'lose':
        return await this.deliver(what);
      case 'step':
        return await this.open(this.world.gates[what.index % this.world.gates.length]);
      case 'finish': {
        const running = this.running();
        return await this.finish(running[what.index % running.length]);
      }
      case 'fault':
        return void this.world.faults.push({ call: what.call, fault: what.fault });
      case 'sweep':
        return void (await this.invoke({ command: 'sweep' }, LAMBDA_ATTEMPTS));
      default:
        return await this.handle(what.do, this.id(what.gateway));
    }
  }

  private async handle(
    what: 'start' | 'stop' | 'reset' | 'refuse' | 'allow' | 'meddle' | 'plant' | 'fail',
    gatewayId: string,
  ): Promise<void> {
    const { world } = this;
    switch (what) {
      case 'refuse':
        return void world.refusing.add(gatewayId);
      case 'allow':
        return void world.refusing.delete(gatewayId);
      case 'meddle':
        for (const flowLog of world.live(gatewayId)) {
          Object.assign(flowLog, { deletedAt: world.now, byHand: true });
        }
        return;
      case 'fail':
        for (const flowLog of world.live(gatewayId)) flowLog.failsAt ??= world.now;
        return;
      case 'plant':
        if (world.live(gatewayId).length === 0)
          world.plant(gatewayId, `lost-${gatewayId}-${world.now}`);
        return;
      case 'start':
        return void (await this.invoke({ command: what, gatewayId, minutes: MANUAL_MINUTES }, 1));
      case 'stop':
      case 'reset':
        return void (await this.invoke({ command: what, gatewayId }, 1));
    }
  }

  /** Advances the clock: timers fire, late calls arrive, and Lambda ends invocations at their timeout. */
  async advance(ms: number): Promise<void> {
    const { world } = this;
    world.now += ms;
    for (const late of world.late.splice(0)) {
      if (late.at > world.now) world.late.push(late);
      else this.arrive(late.act);
    }
    this.fire();
    for (const run of this.running()) {
      if (world.now - run.startedAt > LAMBDA_TIMEOUT_MS) void world.die(run);
    }
    await this.bury();
  }

  /** Timers that are due: stops, and looks beside them. */
  private fire(): void {
    const { world } = this;
    const stops = [...world.schedules].map(([recordingId, timer]) => ({ recordingId, ...timer }));
    const due = [...stops, ...world.looks].filter(({ at }) => at <= world.now);
    for (const { gatewayId, recordingId } of due) {
      const raw = { command: 'timer', gatewayId, recordingId };
      this.queue.push({ raw, attempts: LAMBDA_ATTEMPTS });
    }
    for (const { recordingId, at } of stops) {
      if (at <= world.now) world.schedules.delete(recordingId);
    }
    const left = world.looks.filter(({ at }) => at > world.now);
    world.looks.splice(0, world.looks.length, ...left);
  }

  async alarm(gatewayId: string, state: Alarm['state']): Promise<void> {
    const { world } = this;
    await this.advance(2_000);
    if (world.alarms.get(gatewayId)?.state === state) return;
    world.alarms.set(gatewayId, { state, since: world.now });
    world.transitions.push({ gatewayId, state, at: world.now });
    this.queue.push({ raw: alarmEvent(gatewayId, state, world.now), attempts: LAMBDA_ATTEMPTS });
  }

  /** Delivers all queued events one after the other, and the events that they cause. */
  async deliverAll(): Promise<void> {
    for (let event = this.queue.shift(); event !== undefined; event = this.queue.shift()) {
      await this.finish(await this.invoke(event.raw, event.attempts));
    }
  }

  /** Runs one invocation to its end. */
  async run(raw: object): Promise<void> {
    await this.finish(await this.invoke(raw, 1));
  }

  /** Runs all invocations and late calls to their end, without further faults. */
  async drain(): Promise<void> {
    this.world.faults.length = 0;
    for (const run of this.running()) await this.finish(run);
    await this.advance(60_000);
    this.world.late.length = 0;
  }

  running(): Run[] {
    return this.runs.filter(({ over, dead }) => !(over || dead));
  }

  private id(index: number): string {
    return GATEWAYS[index] ?? GATEWAYS[0];
  }

  private async deliver({ do: how, index }: { do: string; index: number }): Promise<void> {
    const at = index % this.queue.length;
    const event = this.queue[at];
    if (event === undefined) return;
    if (how !== 'repeat') this.queue.splice(at, 1);
    if (how !== 'lose') await this.invoke(event.raw, event.attempts);
  }

  private async invoke(raw: object, attempts: number): Promise<Run> {
    const { world } = this;
    const run: Run = {
      raw,
      attempts,
      startedAt: world.now,
      endedAt: Number.POSITIVE_INFINITY,
      disturbed: false,
      dead: false,
      over: false,
      done: Promise.resolve().then(async () => {
        try {
          await control(world.ports(run), raw, STACK);
        } catch (error) {
          this.failed(run, error);
        }
        run.over = true;
        run.endedAt = world.now;
      }),
    };
    this.runs.push(run);
    await settle();
    return run;
  }

  /** Lambda retries the event of a failed invocation. Without a fault, an invocation must not fail. */
  private failed(run: Run, error: unknown): void {
    this.world.must(run.disturbed, `failed without need: ${error}`);
    if (run.attempts > 1) this.queue.push({ raw: run.raw as object, attempts: run.attempts - 1 });
  }

  private arrive(act: () => unknown): void {
    try {
      act();
    } catch (error) {
      this.world.must(error instanceof Error && 'refused' in error, String(error));
    }
  }

  private async open(gate: World['gates'][number] | undefined): Promise<void> {
    if (gate === undefined) return;
    this.world.gates.splice(this.world.gates.indexOf(gate), 1);
    gate.open();
    await settle();
    await this.bury();
  }

  private async finish(run: Run | undefined): Promise<void> {
    const next = () => this.world.gates.find(({ invocation }) => invocation === run);
    for (let gate = next(); gate !== undefined; gate = next()) await this.open(gate);
  }

  /** Removes the pending calls of crashed invocations. Lambda retries their events. */
  private async bury(): Promise<void> {
    for (const run of this.runs) {
      if (!run.dead || run.over) continue;
      run.over = true;
      run.endedAt = this.world.now;
      const left = this.world.gates.filter(({ invocation }) => invocation !== run);
      this.world.gates.splice(0, this.world.gates.length, ...left);
      if (run.attempts > 1) this.queue.push({ raw: run.raw as object, attempts: run.attempts - 1 });
    }
  }
}

/** Runs the event loop until every invocation has ended or waits for a gate. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** An alarm event as EventBridge delivers it, with the metric at the end of the list. */
export function alarmEvent(gatewayId: string, value: string, since: number): object {
  const dimensions = { NatGatewayId: gatewayId };
  const metric = { namespace: 'AWS/NATGateway', name: 'BytesInFromSource', dimensions };
  return {
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    detail: {
      alarmName: alarmName(STACK, gatewayId),
      state: { value, timestamp: new Date(since).toISOString().replace('Z', '+0000') },
      configuration: { metrics: [{ id: 'e1', expression: 'm1' }, { metricStat: { metric } }] },
    },
  };
}
