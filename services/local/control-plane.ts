import { join } from 'node:path';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { parseFormat } from '../../shared/flowlog/format.ts';
import { type AlarmReading, alarmEvent, reasonData } from './alarm-event.ts';
import { REPORTER_ARN } from './deployment.ts';
import type { FakeAws } from './fake-aws.ts';
import type { MeteredMinute } from './fake-cloudwatch.ts';
import type { FlowLogChanges } from './flow-log-delivery.ts';
import type { StoryClock } from './story-clock.ts';
import type { Tell } from './story-events.ts';
import type { StoryReport } from './story-reports.ts';
import type { StoryGateway } from './traffic.ts';

/** What the control plane is made of; `threshold` in bytes per minute. */
export interface ControlPlaneParts {
  readonly aws: FakeAws;
  readonly clock: StoryClock;
  readonly stack: string;
  readonly threshold: number;
  /** The controller; rejects when it fails. */
  readonly controller: (event: object) => Promise<unknown>;
  /** The reporter likewise; resolves with what it made. */
  readonly reporter: (request: ReportRequest) => Promise<StoryReport>;
  /** The text of a mail as it is kept in a file. */
  readonly mailText: (body: string) => string;
  /** What became of the flow logs since it was last asked. */
  readonly changes: () => FlowLogChanges;
  /** Where mails are put. */
  readonly out: string;
  readonly tell: Tell;
}

interface ReportRequest {
  readonly recording: { readonly id: string; readonly gatewayId: string };
}

/** Metric, alarm and EventBridge together take about half a minute. */
const NEWS_MS = 30_000;
const SWEEP_MS = 300_000;

/** CloudWatch's alarms, EventBridge, Scheduler and SNS's mails around the controller. */
export class ControlPlane {
  readonly #parts: ControlPlaneParts;
  /** Schedules that are planned, with the time they are planned for. */
  readonly #timers = new Map<string, string>();
  #mails = 0;

  constructor(parts: ControlPlaneParts, gateways: readonly StoryGateway[]) {
    this.#parts = parts;
    for (const { id, name, mode, vpcId, interfaces } of gateways) {
      parts.aws.ec2.gateways.set(id, { name, mode, vpcId, interfaces });
      parts.aws.alarms.set(this.#alarmName(id), { state: 'OK', since: parts.clock.now() - 1 });
    }
  }

  /** The rule that sweeps now and then, as in the template. */
  startSweeps(): void {
    this.#parts.clock.after(SWEEP_MS, async () => {
      this.startSweeps();
      await this.invoke({ command: 'sweep' });
    });
  }

  /** A gateway's minute is over: the alarm is evaluated, and if it changes, EventBridge tells. */
  metered(minute: MeteredMinute): void {
    const { aws, clock, threshold, tell } = this.#parts;
    const { gatewayId } = minute;
    const bytes = minute.BytesInFromSource + minute.BytesInFromDestination;
    aws.metered.push(minute);
    const alarmName = this.#alarmName(gatewayId);
    const state = bytes > threshold ? 'ALARM' : 'OK';
    const changed = aws.alarms.get(alarmName)?.state !== state;
    const at = clock.now();
    tell({ at, kind: 'metered', gatewayId, bytes, state, changed });
    if (!changed) return;
    const reading: AlarmReading = { alarmName, gatewayId, bytes, threshold };
    const alarm = { state, since: at, reasonData: reasonData(reading) } as const;
    aws.alarms.set(alarmName, alarm);
    clock.after(NEWS_MS, () => this.invoke(alarmEvent(reading, alarm)));
  }

  /** When the next schedule is due, Unix milliseconds; undefined when none is. */
  nextTimer(): number | undefined {
    const { aws, clock } = this.#parts;
    const times = [...aws.schedules.values()].map((each) => timeOf(each.ScheduleExpression));
    return times.filter((time) => time > clock.now()).sort((a, b) => a - b)[0];
  }

  /** Runs the controller on an event, and does what follows from what it did. */
  async invoke(event: object): Promise<void> {
    await this.#parts.controller(event);
    this.#tellFlowLogs();
    this.#planTimers();
    await this.#deliverMails();
  }

  #tellFlowLogs(): void {
    const { clock, changes, tell } = this.#parts;
    const at = clock.now();
    const { created, deleted } = changes();
    for (const { flowLog, gatewayId } of created) {
      const { id: flowLogId, interval, trafficType, format } = flowLog;
      const fields = parseFormat(format).length;
      tell({ at, kind: 'created', gatewayId, flowLogId, interval, trafficType, fields });
    }
    for (const { flowLog, gatewayId } of deleted) {
      tell({ at, kind: 'deleted', gatewayId, flowLogId: flowLog.id });
    }
  }

  #planTimers(): void {
    const { aws, clock } = this.#parts;
    for (const [key, { ScheduleExpression }] of aws.schedules) {
      if (this.#timers.get(key) === ScheduleExpression) continue;
      this.#timers.set(key, ScheduleExpression);
      clock.at(timeOf(ScheduleExpression), () => this.#fire(key, ScheduleExpression));
    }
  }

  /** One that was deleted or set to another time meanwhile does not fire. */
  async #fire(key: string, expression: string): Promise<void> {
    const { aws, clock, tell } = this.#parts;
    const schedule = aws.schedules.get(key);
    if (schedule?.ScheduleExpression !== expression) return;
    const input = JSON.parse(schedule.Target.Input);
    const wakes = schedule.Target.Arn === REPORTER_ARN ? 'reporter' : 'controller';
    const { gatewayId } = input.recording ?? input;
    tell({ at: clock.now(), kind: 'timer', wakes, gatewayId });
    await (wakes === 'reporter' ? this.#report(input) : this.invoke(input));
    const isSame = aws.schedules.get(key)?.ScheduleExpression === expression;
    if (isSame && schedule.ActionAfterCompletion === 'DELETE') aws.schedules.delete(key);
  }

  async #report(request: ReportRequest): Promise<void> {
    const { reporter, clock, tell } = this.#parts;
    const made = await reporter(request);
    tell({ at: clock.now(), kind: 'reported', ...made });
    await this.#deliverMails(made.files.mail);
  }

  async #deliverMails(name?: string): Promise<void> {
    const { aws, clock, out, mailText, tell } = this.#parts;
    for (const { subject, body } of aws.mails.slice(this.#mails)) {
      this.#mails += 1;
      const file = join(out, name ?? `mail-${this.#mails}-${slug(subject)}.txt`);
      await writeWholeFile(file, `Subject: ${subject}\n\n${mailText(body)}`);
      tell({ at: clock.now(), kind: 'mail', subject, file });
    }
  }

  #alarmName(gatewayId: string): string {
    return `${this.#parts.stack}-${gatewayId}`;
  }
}

/** `at(yyyy-mm-ddThh:mm:ss)`, UTC, as Unix milliseconds. */
function timeOf(expression: string): number {
  return Date.parse(`${/^at\((.+)\)$/.exec(expression)?.[1]}Z`);
}

/** `[natflow] recorded egress for 2 min` is mail-n-recorded-egress. */
function slug(subject: string): string {
  const words = /^\[natflow\] ([^:]*?)(?: for .*)?(?::.*)?$/.exec(subject)?.[1] ?? 'mail';
  return words.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
