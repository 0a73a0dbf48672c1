import { strict as assert } from 'node:assert';
import { notificationKey, type Recording, type State } from '../../services/controller/watch.ts';
import { GATEWAYS } from './happenings.ts';
import { type History, LAMBDA_TIMEOUT_MS, MANUAL_MINUTES } from './history.ts';
import { type Cause, newlyCounted, type Save, wrongSave } from './invariants.ts';
import { falseSentences } from './mail-truth.ts';
import type { World } from './world.ts';

const NOTICED_AFTER_MS = 130_000;

/** Checks the invariants of a history by AWS's state only, independently of the controller's rules. */
export class Oracle {
  readonly world: World;
  readonly history: History;
  private readonly recordings = new Map<string, Recording>();
  private readonly counted = new Map<string, Cause>();
  private readonly notifications = new Set<string>();
  private readonly stoppedAt = new Map<string, number>();
  private resets = 0;

  constructor(history: History) {
    this.history = history;
    this.world = history.world;
    this.world.onSave = (gatewayId, state) => this.saved(gatewayId, state);
  }

  private saved(gatewayId: string, next: State): void {
    const { world, counted } = this;
    const before = world.state(gatewayId);
    const { recording } = next;
    if (recording?.phase === 'stopping' && before?.recording?.phase !== 'stopping') {
      this.stoppedAt.set(recording.id, world.now);
    }
    const save: Save = {
      ...{ before, next, counted, rules: world.rules, alarm: world.alarms.get(gatewayId) },
      now: world.now,
      flowLogs: world.flowLogs.filter((flowLog) => flowLog.gatewayId === gatewayId),
      isTold: (key) => world.mails.some((mail) => mail.key === key),
      stoppedAt: this.stoppedAt.get(before?.recording?.id ?? ''),
    };
    const wrong = wrongSave(save);
    world.must(wrong === undefined, `${gatewayId}: ${wrong}`);
    for (const [id, cause] of newlyCounted(save)) counted.set(id, cause);
    for (const { notification } of next.outbox) {
      this.notifications.add(notificationKey(notification));
    }
    if (recording !== undefined) this.recordings.set(recording.id, recording);
    if (next.counted < (before?.counted ?? 0)) this.resets += 1;
  }

  /** Two undisturbed sweeps converge: the first ends overdue recordings, the second starts due ones. */
  async calm(): Promise<void> {
    const { history, world } = this;
    await history.drain();
    const overdue = GATEWAYS.flatMap((id) => world.live(id)).filter((f) => this.isOverdue(f));
    const live = GATEWAYS.flatMap((id) => world.live(id));
    await history.run({ command: 'sweep' });
    for (const { recordingId } of live) {
      assert(this.counted.has(recordingId), `${recordingId} recorded and is not counted`);
    }
    for (const { id, deletedAt, recordingId } of overdue) {
      assert(deletedAt !== undefined, `${id} of ${recordingId} outlived its stop and a sweep`);
    }
    await history.advance(1000);
    await history.run({ command: 'sweep' });
    for (const gatewayId of GATEWAYS) this.checkSpike(gatewayId);
  }

  private isOverdue({ gatewayId, recordingId, createdAt }: World['flowLogs'][number]): boolean {
    const { now, rules, alarms } = this.world;
    if (this.world.state(gatewayId)?.recording?.id !== recordingId) return true;
    const recording = this.recordings.get(recordingId);
    const byHand = recording?.cause === 'manual';
    const time = byHand ? MANUAL_MINUTES * 60_000 : rules.recordingTime;
    const latest = createdAt + rules.firstLinesWait;
    if (time > 0 && latest + time + LAMBDA_TIMEOUT_MS <= now) return true;
    const alarm = alarms.get(gatewayId);
    if (byHand || alarm === undefined || alarm.state === 'ALARM') return false;
    const calm = Math.max(alarm.since, latest);
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

  /** When all alarms are over, nothing is left, and every notification was sent. */
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
    await this.endDigests();
    const told = new Set(world.mails.map(({ key }) => key));
    assert.deepEqual(told, this.notifications);
    assert.deepEqual(new Set(world.events), this.notifications);
    for (const [id, cause] of this.counted) {
      if (cause === 'orphan') continue;
      assert(told.has(`started ${id}`) && told.has(`finished ${id}`), `${id} was not told`);
    }
    this.checkOnce(told);
    assert.deepEqual(falseSentences(history), []);
  }

  /** After the last period, the digests have told of every collected recording once, and of no other. */
  private async endDigests(): Promise<void> {
    const { history, world } = this;
    if (world.rules.digest !== undefined) {
      await history.advance(world.rules.digest.time);
      await this.calm();
    }
    const told = new Map(world.mails.map(({ key, notification }) => [key, notification]));
    const collected = [...told.values()].flatMap((each) =>
      each.kind === 'finished' && each.recording.collected ? [each.recording.id] : [],
    );
    const digested = [...told.values()].flatMap((each) =>
      each.kind === 'digest' ? each.recordingIds : [],
    );
    assert.deepEqual(digested.toSorted(), collected.toSorted());
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
