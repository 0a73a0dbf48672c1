import { join } from 'node:path';
import { readControllerCommand } from '../../shared/contract/controller.ts';
import { type ReporterCommand, readReporterCommand } from '../../shared/contract/reporter.ts';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { parseFormat } from '../../shared/flowlog/format.ts';
import { alarmName, followedAlarmName } from '../../shared/gateway/nat-gateway.ts';
import { type AlarmReading, alarmEvent, reasonData } from '../local-aws/alarm-event.ts';
import type { FakeAws } from '../local-aws/fake-aws.ts';
import type { MeteredMinute } from '../local-aws/fake-cloudwatch.ts';
import { REPORTER_ARN } from './deployment.ts';
import type { FlowLogChanges } from './flow-log-delivery.ts';
import { EVENTS } from './out-folder.ts';
import type { StoryClock } from './story-clock.ts';
import type { OnEvent, StoryReport } from './story-events.ts';
import type { StoryGateway } from './traffic.ts';

/** What the controller's schedule invokes the reporter with. */
type ReportCommand = Extract<ReporterCommand, { readonly command: 'report' }>;

/** What the control plane is made of; `threshold` in bytes per minute. */
export interface ControlPlaneParts {
  readonly aws: FakeAws;
  readonly clock: StoryClock;
  readonly stack: string;
  readonly threshold: number;
  /** Invokes the controller; rejects when it fails. */
  readonly controller: (event: object) => Promise<unknown>;
  /** Invokes the reporter and resolves with its report; rejects when it fails. */
  readonly reporter: (command: ReportCommand) => Promise<StoryReport>;
  /** The text of a mail as its file has it. */
  readonly mailText: (body: string) => string;
  /** The flow logs that were created or deleted since the last call. */
  readonly changes: () => FlowLogChanges;
  /** The folder that mails are written to. */
  readonly out: string;
  readonly onEvent: OnEvent;
}

/** From the end of a minute until EventBridge delivers the alarm's event. */
const ALARM_EVENT_DELAY_MS = 30_000;
const SWEEP_MS = 300_000;
const MINUTE_MS = 60_000;

/** CloudWatch alarms, EventBridge, Scheduler and the mails of SNS, around the controller and the reporter. */
export class ControlPlane {
  readonly #parts: ControlPlaneParts;
  /** The schedules that are planned, with the time they are planned for. */
  readonly #timers = new Map<string, string>();
  #mails = 0;

  constructor(parts: ControlPlaneParts, gateways: readonly StoryGateway[]) {
    this.#parts = parts;
    const { aws, clock, stack } = parts;
    for (const gateway of gateways.filter(({ createdIn }) => createdIn === undefined)) {
      this.#create(gateway);
      aws.alarms.set(alarmName(stack, gateway.id), { state: 'OK', since: clock.now() - 1 });
    }
    for (const gateway of gateways) this.#planComingAndGoing(gateway);
  }

  /** Starts the template's rule that invokes the controller with a sweep every five minutes. */
  startSweeps(): void {
    this.#parts.clock.after(SWEEP_MS, async () => {
      this.startSweeps();
      await this.invoke({ command: 'sweep' });
    });
  }

  /** Creates and deletes a gateway in its minutes, without a word to natflow. */
  #planComingAndGoing(gateway: StoryGateway): void {
    const { aws, clock, onEvent } = this.#parts;
    const { id: gatewayId, name, createdIn, deletedIn } = gateway;
    const plan = (minute: number | undefined, change: 'creates' | 'deletes', act: () => void) => {
      if (minute === undefined) return;
      clock.after(minute * MINUTE_MS, () => {
        act();
        onEvent({ at: clock.now(), kind: 'account', gatewayId, name, change });
      });
    };
    plan(createdIn, 'creates', () => this.#create(gateway));
    plan(deletedIn, 'deletes', () => aws.ec2.deleteGateway(gatewayId));
  }

  #create({ id, name, mode, vpcId, interfaces }: StoryGateway): void {
    this.#parts.aws.ec2.gateways.set(id, { name, mode, vpcId, interfaces });
  }

  /** Meters a minute of a gateway and evaluates its alarm; a change of the alarm reaches the controller. */
  meter(minute: MeteredMinute): void {
    const { aws, clock, stack, threshold, onEvent } = this.#parts;
    const { gatewayId } = minute;
    const gateway = aws.ec2.gateways.get(gatewayId);
    if (gateway === undefined || gateway.deletedAt !== undefined) return;
    const bytes = minute.BytesInFromSource + minute.BytesInFromDestination;
    aws.metered.push(minute);
    const at = clock.now();
    const names = [alarmName(stack, gatewayId), followedAlarmName(stack, gatewayId)];
    const name = names.find((each) => aws.alarms.has(each));
    if (name === undefined) {
      onEvent({ at, kind: 'metered', gatewayId, bytes, state: 'none', changed: false });
      return;
    }
    const state = bytes > threshold ? 'ALARM' : 'OK';
    const changed = aws.alarms.get(name)?.state !== state;
    onEvent({ at, kind: 'metered', gatewayId, bytes, state, changed });
    if (!changed) return;
    this.#change(name, state, { gatewayId, bytes });
  }

  #change(
    name: string,
    state: 'OK' | 'ALARM',
    { gatewayId, bytes }: { readonly gatewayId: string; readonly bytes: number },
  ): void {
    const { aws, clock, threshold } = this.#parts;
    const reading: AlarmReading = { alarmName: name, gatewayId, bytes, threshold };
    const alarm = {
      ...{ ...aws.alarms.get(name), state, since: clock.now() },
      reasonData: reasonData(reading),
    };
    aws.alarms.set(name, alarm);
    clock.after(ALARM_EVENT_DELAY_MS, () => this.invoke(alarmEvent(reading, alarm)));
  }

  /** When the next schedule is due, in Unix milliseconds; undefined when there is none. */
  nextTimer(): number | undefined {
    const { aws, clock } = this.#parts;
    const times = [...aws.schedules.values()].map((each) => timeOf(each.ScheduleExpression));
    return times.filter((time) => time > clock.now()).sort((a, b) => a - b)[0];
  }

  /** Invokes the controller, and plays what AWS does about its calls: flow logs, schedules, mails. */
  async invoke(event: object): Promise<void> {
    const before = new Set(this.#parts.aws.alarms.keys());
    await this.#parts.controller(event);
    this.#showAlarms(before);
    this.#showFlowLogs();
    this.#planTimers();
    await this.#deliverMails();
  }

  #showAlarms(before: ReadonlySet<string>): void {
    const { aws, clock, onEvent } = this.#parts;
    const at = clock.now();
    for (const name of aws.alarms.keys()) {
      if (!before.has(name)) onEvent({ at, kind: 'alarm', name, change: 'makes' });
    }
    for (const name of before) {
      if (!aws.alarms.has(name)) onEvent({ at, kind: 'alarm', name, change: 'removes' });
    }
  }

  #showFlowLogs(): void {
    const { clock, changes, onEvent } = this.#parts;
    const at = clock.now();
    const { created, deleted } = changes();
    for (const { flowLog, gatewayId } of created) {
      const { id: flowLogId, interval, trafficType, format } = flowLog;
      const fields = parseFormat(format).length;
      onEvent({ at, kind: 'created', gatewayId, flowLogId, interval, trafficType, fields });
    }
    for (const { flowLog, gatewayId } of deleted) {
      onEvent({ at, kind: 'deleted', gatewayId, flowLogId: flowLog.id });
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

  /** Does nothing if the schedule has been deleted or moved to another time since it was planned. */
  async #fire(key: string, expression: string): Promise<void> {
    const { aws } = this.#parts;
    const schedule = aws.schedules.get(key);
    if (schedule?.ScheduleExpression !== expression) return;
    const input: unknown = JSON.parse(schedule.Target.Input);
    const isForReporter = schedule.Target.Arn === REPORTER_ARN;
    await (isForReporter ? this.#wakeReporter(input) : this.#wakeController(input));
    const isSame = aws.schedules.get(key)?.ScheduleExpression === expression;
    if (isSame && schedule.ActionAfterCompletion === 'DELETE') aws.schedules.delete(key);
  }

  async #wakeController(input: unknown): Promise<void> {
    const command = readControllerCommand(input);
    if (command.command !== 'timer') throw new Error(`a schedule has command ${command.command}`);
    this.#showTimer('controller', command.gatewayId);
    await this.invoke(command);
  }

  async #wakeReporter(input: unknown): Promise<void> {
    const command = readReporterCommand(input);
    if (command.command !== 'report') throw new Error(`a schedule has command ${command.command}`);
    const { clock, reporter, onEvent } = this.#parts;
    this.#showTimer('reporter', command.recording.gatewayId);
    const reported = await reporter(command);
    onEvent({ at: clock.now(), kind: 'reported', ...reported });
    await this.#deliverMails(reported.files.mail);
  }

  #showTimer(wakes: 'reporter' | 'controller', gatewayId: string): void {
    const { clock, onEvent } = this.#parts;
    onEvent({ at: clock.now(), kind: 'timer', wakes, gatewayId });
  }

  async #deliverMails(name?: string): Promise<void> {
    const { aws, clock, out, mailText, onEvent } = this.#parts;
    for (const { subject, body } of aws.mails.slice(this.#mails)) {
      this.#mails += 1;
      const file = join(out, name ?? `mail-${this.#mails}.txt`);
      await writeWholeFile(file, `Subject: ${subject}\n\n${mailText(body)}`);
      onEvent({ at: clock.now(), kind: 'mail', subject, file });
    }
    const events = aws.events.map((event) => `${JSON.stringify(event)}\n`);
    await writeWholeFile(join(out, EVENTS), events.join(''));
  }
}

/** The time of `at(yyyy-mm-ddThh:mm:ss)`, which is UTC, in Unix milliseconds. */
function timeOf(expression: string): number {
  return Date.parse(`${/^at\((.+)\)$/.exec(expression)?.[1]}Z`);
}
