import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { calling, isNamed } from './refusal.ts';

/** All schedules live in one group, and wake their target as that role. */
export interface ScheduleSettings {
  readonly scheduleGroup: string;
  readonly scheduleRoleArn: string;
  readonly deadLetterArn?: string | undefined;
}

/** Scheduler keeps to the minute, and whether it takes a time already past is not documented. */
const LEAD_MS = 60_000;

/** One-time schedules by their names, 64 characters at most. */
export function schedules(client: SchedulerClient, settings: ScheduleSettings) {
  const { scheduleGroup: GroupName } = settings;
  return {
    /** The target gets `input` once, at `at` (Unix ms) or soon after; an earlier wish is replaced. */
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

    /** One that has fired or never was is no error. */
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
    // Those that fired would otherwise stay, and count against the quota.
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: targetArn,
      RoleArn: scheduleRoleArn,
      Input: JSON.stringify(input),
      ...(deadLetterArn && { DeadLetterConfig: { Arn: deadLetterArn } }),
    },
  };
}

/** `yyyy-mm-ddThh:mm:ss`, rounded up: woken early, we would have to be woken again. */
function wholeSecond(time: number): string {
  return new Date(Math.ceil(time / 1000) * 1000).toISOString().slice(0, 19);
}
