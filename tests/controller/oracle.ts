import { strict as assert } from 'node:assert';
import { notificationKey, type Recording, type State } from '../../services/controller/watch.ts';
import { GATEWAYS } from './happenings.ts';
import { type History, LAMBDA_TIMEOUT_MS, MANUAL_MINUTES } from './history.ts';
import type { World } from './world.ts';

const NOTICED_AFTER_MS = 130_000;

/** What must hold, by what the world saw: it does not know how the controller decides. */
export class Oracle {
  readonly world: World;
  readonly history: History;
  private readonly recordings = new Map<string, Recording>();
  private readonly counted = new Set<string>();
  private readonly spikes = new Set<string>();
  private readonly notifications = new Set<string>();
  private readonly stoppedAt = new Map<string, number>();
  private resets = 0;

  constructor(history: History) {
    this.history = history;
    this.world = history.world;
    this.world.onSave = (gatewayId, state) => this.saved(gatewayId, state);
  }

  private saved(gatewayId: string, state: State): void {
    const { world } = this;
    const { recording, counted } = state;
    this.checkEnd(gatewayId, recording);
    for (const { notification } of state.outbox)
      this.notifications.add(notificationKey(notification));
    const cap = world.rules.numOfRecordings;
    world.must(cap === 0 || counted <= cap, `${gatewayId} counts ${counted} of ${cap}`);
    const before = world.state(gatewayId)?.counted ?? 0;
    if (counted < before) this.resets += 1;
    if (counted <= before) return;
    const id = recording?.id ?? '';
    const hadFlowLog = world.flowLogs.some(({ recordingId }) => recordingId === id);
    world.must(hadFlowLog, `${id} is counted without a flow log`);
    world.must(counted === before + 1 && !this.counted.has(id), `${id} is counted twice`);
    this.counted.add(id);
    if (recording?.cause !== 'alarm') return;
    const spike = `${gatewayId} ${recording.spikeAt}`;
    world.must(!this.spikes.has(spike), `the spike ${spike} is recorded twice`);
    this.spikes.add(spike);
  }

  /** A recording ends for its own reason, and is only forgotten when its flow logs are gone. */
  private checkEnd(gatewayId: string, next: Recording | undefined): void {
    const { world } = this;
    const before = world.state(gatewayId)?.recording;
    if (next?.phase === 'stopping' && before?.phase !== 'stopping') {
      this.stoppedAt.set(next.id, world.now);
      const alarm = world.alarms.get(gatewayId);
      const lasts = alarm?.state === 'ALARM' && alarm.since <= (next.spikeAt ?? 0);
      world.must(next.ending !== 'ok' || !lasts, `${next.id} ended while its spike lasts`);
    }
    if (next !== undefined) this.recordings.set(next.id, next);
    if (before === undefined || before.id === next?.id) return;
    const until = this.stoppedAt.get(before.id) ?? Number.POSITIVE_INFINITY;
    const left = world
      .live(gatewayId)
      .filter(({ recordingId, createdAt }) => recordingId === before.id && createdAt < until);
    world.must(left.length === 0, `${before.id} was forgotten while it was recording`);
  }

  /** Two sweeps in peace put everything in order: the first ends what is over, the second begins what is due. */
  async calm(): Promise<void> {
    const { history, world } = this;
    await history.drain();
    const overdue = GATEWAYS.flatMap((id) => world.live(id)).filter((f) => this.isOverdue(f));
    const unknown = GATEWAYS.flatMap((id) => world.live(id)).filter((f) => this.isUnheardOf(f));
    await history.run({ command: 'sweep' });
    for (const { recordingId } of unknown) {
      assert(this.counted.has(recordingId), `${recordingId} was forgotten`);
    }
    for (const { id, deletedAt, recordingId } of overdue) {
      assert(deletedAt !== undefined, `${id} of ${recordingId} outlived its stop and a sweep`);
    }
    await history.advance(1000);
    await history.run({ command: 'sweep' });
    for (const gatewayId of GATEWAYS) this.checkSpike(gatewayId);
  }

  /** The flow log was created, and the invocation that created it crashed before it learned so. */
  private isUnheardOf({ gatewayId, recordingId }: World['flowLogs'][number]): boolean {
    const recording = this.world.state(gatewayId)?.recording;
    return recording?.id === recordingId && recording.phase === 'starting';
  }

  private isOverdue({ gatewayId, recordingId, createdAt }: World['flowLogs'][number]): boolean {
    const { now, rules, alarms } = this.world;
    if (this.world.state(gatewayId)?.recording?.id !== recordingId) return true;
    const recording = this.recordings.get(recordingId);
    const byHand = recording?.cause === 'manual';
    const time = byHand ? MANUAL_MINUTES * 60_000 : rules.recordingTime;
    if (time > 0 && createdAt + time + LAMBDA_TIMEOUT_MS <= now) return true;
    const alarm = alarms.get(gatewayId);
    if (byHand || alarm === undefined || alarm.state === 'ALARM') return false;
    const calm = Math.max(alarm.since, createdAt);
    return calm + rules.minimumRecordingTime + LAMBDA_TIMEOUT_MS <= now;
  }

  private checkSpike(gatewayId: string): void {
    const { alarms, flowLogs, now, refusing, rules } = this.world;
    const alarm = alarms.get(gatewayId);
    if (alarm?.state !== 'ALARM') return;
    const recorded = flowLogs.some(
      (f) => f.gatewayId === gatewayId && (f.deletedAt ?? Number.POSITIVE_INFINITY) > alarm.since,
    );
    // The deletion of a new flow log is noticed only after the lag of AWS's list.
    const meddled = flowLogs.some(
      ({ byHand, recordingId }) =>
        byHand && now - (this.recordings.get(recordingId)?.startedAt ?? 0) < NOTICED_AFTER_MS,
    );
    const stopped = this.history.runs.some(
      ({ raw, endedAt }) =>
        endedAt >= alarm.since &&
        JSON.stringify(raw) === JSON.stringify({ command: 'stop', gatewayId }),
    );
    if (recorded || stopped || meddled) return;
    const counted = this.world.state(gatewayId)?.counted ?? 0;
    const told = [...this.notifications].filter(
      (key) => key.includes(gatewayId) || key.startsWith('capped'),
    );
    if (rules.numOfRecordings > 0 && counted >= rules.numOfRecordings) {
      assert(
        told.some((key) => key.startsWith('capped')),
        `${gatewayId} is capped in silence`,
      );
    } else if (refusing.has(gatewayId)) {
      const spikes = told
        .filter((key) => key.startsWith('failed start'))
        .map((key) => this.recordings.get(key.split(' ')[2] ?? '')?.spikeAt);
      assert(spikes.includes(alarm.since), `${gatewayId} cannot be recorded and is not notified`);
    } else {
      assert.fail(`the spike of ${gatewayId} is not recorded`);
    }
  }

  /** After everything has calmed down, nothing is left, and all was told. */
  async end(): Promise<void> {
    const { history, world } = this;
    await this.calm();
    for (const gatewayId of GATEWAYS) await history.alarm(gatewayId, 'OK');
    await history.advance(20 * 60_000);
    await this.calm();
    await history.advance(5 * 60_000);
    await this.calm();
    for (const gatewayId of GATEWAYS) {
      assert.deepEqual(world.live(gatewayId), []);
      assert.equal(world.state(gatewayId)?.recording, undefined);
      assert.deepEqual(world.state(gatewayId)?.outbox ?? [], []);
    }
    const told = new Set(world.mails.map(({ key }) => key));
    assert.deepEqual(told, this.notifications);
    for (const id of this.counted) {
      assert(told.has(`started ${id}`) && told.has(`finished ${id}`), `${id} was not told`);
    }
    this.checkOnce(told);
  }

  private checkOnce(told: Set<string>): void {
    const spikes = [...told]
      .filter((key) => key.startsWith('failed start'))
      .map((key) => {
        const id = key.split(' ')[2] ?? '';
        return `${id.slice(0, 6)} ${this.recordings.get(id)?.spikeAt}`;
      });
    assert.equal(
      new Set(spikes).size,
      spikes.length,
      'a spike that cannot be recorded is told twice',
    );
    const caps = [...told].filter((key) => key.startsWith('capped'));
    assert(caps.length <= GATEWAYS.length + this.resets, 'the cap is told again and again');
  }
}
