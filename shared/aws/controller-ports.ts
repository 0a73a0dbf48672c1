import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Collected, EndedRecording } from '../contract/ended-recording.ts';
import type { AlarmNames } from '../gateway/nat-gateway.ts';
import type { Attributes, FactEvent } from '../notification/event.ts';
import type { ControllerSettings } from '../settings/controller.ts';
import type { StateCodec } from '../state-item.ts';
import type { MailText } from '../text/mail-text.ts';
import { describeAlarms } from './alarms.ts';
import { deliveredBytes } from './delivered-bytes.ts';
import { putEvent } from './events.ts';
import { flowLogs } from './flow-logs.ts';
import { describeNatGateway, listNatGateways } from './nat-gateways.ts';
import { notify } from './notifications.ts';
import { recordings } from './recordings.ts';
import { schedules } from './schedules.ts';
import { gatewaysOfStack } from './stack-resources.ts';
import { stateItems } from './state-items.ts';
import { watchingAlarms } from './watching-alarms.ts';

/** The keys of the items of the budget, and of what users know to be watched. */
const BUDGET = 'budget';
const WATCHED = 'watched';

/**
 * The controller's AWS calls. `State` is its stored state of a gateway, `Budget` that of the stack's budget, `Told` what
 * users know to be watched.
 */
export function controllerPorts<State, Budget, Told>(
  settings: ControllerSettings,
  codec: StateCodec<State>,
  budgetCodec: StateCodec<Budget>,
  toldCodec: StateCodec<Told>,
) {
  const { table } = settings;
  const dynamoDb = new DynamoDBClient();
  const budgets = stateItems(dynamoDb, table, budgetCodec);
  const cloudWatch = new CloudWatchClient();
  const ec2 = new EC2Client();
  const sns = new SNSClient();
  const events = new EventBridgeClient();
  const timers = schedules(new SchedulerClient(), settings);
  const logs = flowLogs(ec2, settings);
  return {
    ...recordings(dynamoDb, table, codec),
    ...followCalls(settings, toldCodec, { dynamoDb, cloudWatch, ec2 }),
    budgetItem: budgets.item(BUDGET),
    metered: (since: number, now: number) =>
      deliveredBytes(cloudWatch, settings.streamArn, since, now),
    flowLogs: logs.list,
    deleteFlowLogs: logs.delete,
    ...timerCalls(timers),
    alarms: (which: AlarmNames) => describeAlarms(cloudWatch, which),
    mail: (text: MailText, attributes: Attributes) =>
      notify(sns, settings.topicArn, text, attributes),
    event: (event: FactEvent) => putEvent(events, settings.eventBus, event),

    /** A function in a VPC that idled for weeks is woken by an invocation, which may fail: long before lines come. */
    create: async (gatewayId: string, recordingId: string) => {
      const { forwarder } = settings;
      if (forwarder)
        await timers.set(forwarder, `${recordingId}-wake`, Date.now(), { records: [] });
      const gateway = await describeNatGateway(ec2, gatewayId);
      const flowLogIds = await logs.create({ id: recordingId, gatewayId }, gateway);
      return { flowLogIds, gatewayName: gateway.name };
    },
  };
}

/** The calls that set and delete schedules. */
function timerCalls(timers: ReturnType<typeof schedules>) {
  return {
    disarm: timers.remove,

    /** Schedules the timer command of a recording for the function `target`. */
    arm: async (target: string, gatewayId: string, recordingId: string, at: number) =>
      await timers.set(target, recordingId, at, { command: 'timer', gatewayId, recordingId }),

    /** The same at another time, beside the stop. A schedule for each minute: one that has fired deletes itself. */
    look: async (target: string, gatewayId: string, recordingId: string, at: number) =>
      await timers.set(target, `${recordingId}-look-${new Date(at).getUTCMinutes()}`, at, {
        ...{ command: 'timer', gatewayId, recordingId },
      }),

    /** Schedules the report of a recording. */
    orderReport: async (reporter: string, at: number, recording: EndedRecording) =>
      await timers.set(reporter, `${recording.id}-report`, at, { command: 'report', recording }),

    /** Schedules the digest of collected recordings. */
    orderDigest: async (reporter: string, at: number, collected: Collected) =>
      await timers.set(
        reporter,
        `${collected.gatewayId}-digest-${Math.floor(collected.since / 1000)}`,
        at,
        {
          ...{ command: 'digest', collected },
        },
      ),
  };
}

interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly cloudWatch: CloudWatchClient;
  readonly ec2: EC2Client;
}

/** The calls about gateways that come and go. */
function followCalls<Told>(
  { stack, table }: ControllerSettings,
  codec: StateCodec<Told>,
  { dynamoDb, cloudWatch, ec2 }: Clients,
) {
  const told = stateItems(dynamoDb, table, codec);
  const watching = watchingAlarms(cloudWatch, stack);
  return {
    gateways: () => listNatGateways(ec2),
    watchingAlarms: watching.list,
    putAlarm: watching.put,
    deleteAlarms: watching.remove,
    alarmsOfStack: () => gatewaysOfStack(stack),
    told: told.item(WATCHED),
  };
}
