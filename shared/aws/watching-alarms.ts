import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  DeleteAnomalyDetectorCommand,
  type MetricAlarm,
  PutAnomalyDetectorCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmDefinition, MetricQuery } from '../gateway/gateway-alarm.ts';
import { alarmNamePrefix, gatewayOfAlarm } from '../gateway/nat-gateway.ts';
import { listAlarms, readAlarm } from './alarms.ts';
import { GATEWAY_TAG, STACK_TAG } from './flow-log-request.ts';
import { calling, isNamed } from './refusal.ts';

/**
 * The most alarms of a DeleteAlarms request.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
 */
const MOST_NAMES = 100;
const NOT_FOUND = 'ResourceNotFound';

interface Alarm {
  readonly name: string;
  readonly gatewayId: string;
  readonly definition: AlarmDefinition;
  readonly detector: readonly MetricQuery[] | undefined;
}

interface Removal {
  readonly names: readonly string[];
  readonly detectors: readonly (readonly MetricQuery[])[];
}

/** A stack's alarms on NAT gateways. */
export function watchingAlarms(client: CloudWatchClient, stack: string) {
  return {
    /** All of them, with their definitions as CloudWatch describes them. Times are Unix milliseconds. */
    async list() {
      const alarms = await listAlarms(client, { prefix: `${alarmNamePrefix(stack)}nat-` });
      return alarms.flatMap((alarm) => {
        const watched = gatewayOfAlarm(stack, alarm.AlarmName ?? '');
        return watched === undefined ? [] : [{ ...watched, ...read(alarm) }];
      });
    },

    /** Makes an alarm, tagged with the stack, or brings an existing one up to its definition. */
    async put({ name, gatewayId, definition, detector }: Alarm): Promise<void> {
      if (detector !== undefined) await putDetector(client, detector);
      const { Metrics, ...others } = definition;
      const tags = { [STACK_TAG]: stack, [GATEWAY_TAG]: gatewayId };
      const command = new PutMetricAlarmCommand({
        ...{ AlarmName: name, ...others, Metrics: queries(Metrics) },
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      });
      await calling('cloudwatch:PutMetricAlarm', client.send(command));
    },

    /** Deletes alarms, and detectors after them. Those that do not exist count as deleted. */
    async remove({ names, detectors }: Removal): Promise<void> {
      for (let i = 0; i < names.length; i += MOST_NAMES) {
        await deleteAlarms(client, names.slice(i, i + MOST_NAMES));
      }
      for (const detector of detectors) await deleteDetector(client, detector);
    },
  };
}

function read(alarm: MetricAlarm) {
  const { name, state } = readAlarm(alarm);
  const configuredAt = alarm.AlarmConfigurationUpdatedTimestamp?.getTime() ?? 0;
  return { name, state, configuredAt, definition: alarm };
}

/** CloudWatch deletes none of several alarms when one does not exist, so that each is tried by itself then. */
async function deleteAlarms(client: CloudWatchClient, names: readonly string[]): Promise<void> {
  try {
    const command = new DeleteAlarmsCommand({ AlarmNames: [...names] });
    await calling('cloudwatch:DeleteAlarms', client.send(command));
  } catch (error) {
    if (!isNamed(error, NOT_FOUND)) throw error;
    if (names.length > 1) for (const name of names) await deleteAlarms(client, [name]);
  }
}

async function putDetector(
  client: CloudWatchClient,
  detector: readonly MetricQuery[],
): Promise<void> {
  const command = new PutAnomalyDetectorCommand(inputOf(detector));
  await calling('cloudwatch:PutAnomalyDetector', client.send(command));
}

async function deleteDetector(
  client: CloudWatchClient,
  detector: readonly MetricQuery[],
): Promise<void> {
  try {
    const command = new DeleteAnomalyDetectorCommand(inputOf(detector));
    await calling('cloudwatch:DeleteAnomalyDetector', client.send(command));
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
}

function inputOf(detector: readonly MetricQuery[]) {
  return { MetricMathAnomalyDetector: { MetricDataQueries: queries(detector) } };
}

/** A copy whose lists may be changed, as the SDK's types want it. */
function queries(metrics: readonly MetricQuery[]) {
  return metrics.map(({ MetricStat, ...query }) => ({
    ...query,
    ...(MetricStat && {
      MetricStat: {
        ...MetricStat,
        Metric: { ...MetricStat.Metric, Dimensions: [...MetricStat.Metric.Dimensions] },
      },
    }),
  }));
}
