import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { calling, isNamed } from './refusal.ts';

/** The group of all schedules, and the role with which they invoke their targets. */
export interface ScheduleSettings {
  readonly scheduleGroup: string;
  readonly scheduleRoleArn: string;
  readonly deadLetterArn?: string | undefined;
}

/** EventBridge Scheduler has a precision of one minute. Whether it accepts a time in the past is not documented. */
const LEAD_MS = 60_000;

/** One-time schedules by their names, 64 characters at most. */
export function schedules(client: SchedulerClient, settings: ScheduleSettings) {
  const { scheduleGroup: GroupName } = settings;
  return {
    /** Invokes the target once with `input`, at `at` (Unix ms) or soon after. Replaces a schedule of the same name. */
    async set(targetArn: string, name: string, at: number, input: object): Promise<void> {
      const schedule = wake(settings, targetArn, name, at, input);
      try {
        await calling('scheduler:CreateSchedule', client.send(new CreateScheduleCommand(schedule)));
      } catch (error) {
        if (!isNamed(error, 'ConflictException')) throw error;
        const update = new UpdateScheduleCommand(schedule);
        await calling('scheduler:UpdateSchedule', client.send(update));
      }
    },

    /** Deletes a schedule. A schedule that does not exist is not an error. */
    async remove(name: string): Promise<void> {
      const command = new DeleteScheduleCommand({ GroupName, Name: name });
      try {
        await calling('scheduler:DeleteSchedule', client.send(command));
      } catch (error) {
        if (!isNamed(error, 'ResourceNotFoundException')) throw error;
      }
    },
  };
}

function wake(
  { scheduleGroup, scheduleRoleArn, deadLetterArn }: ScheduleSettings,
  targetArn: string,
  name: string,
  at: number,
  input: object,
): CreateScheduleCommandInput {
  return {
    Name: name,
    GroupName: scheduleGroup,
    ScheduleExpression: `at(${wholeSecond(Math.max(at, Date.now() + LEAD_MS))})`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    // Schedules that have fired would otherwise remain and count against the quota.
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: targetArn,
      RoleArn: scheduleRoleArn,
      Input: JSON.stringify(input),
      ...(deadLetterArn && { DeadLetterConfig: { Arn: deadLetterArn } }),
    },
  };
}

/** `yyyy-mm-ddThh:mm:ss`, rounded up, because an early invocation would need a second schedule. */
function wholeSecond(time: number): string {
  return new Date(Math.ceil(time / 1000) * 1000).toISOString().slice(0, 19);
}
