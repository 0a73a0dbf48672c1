import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeFlowLogsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connection, STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import type { MeteredMinute } from '../../services/local-aws/fake-cloudwatch.ts';
import { describeAlarms } from '../../shared/aws/alarms.ts';
import type { FlowLogSettings } from '../../shared/aws/flow-log-request.ts';
import { flowLogs } from '../../shared/aws/flow-logs.ts';
import { describeNatGateway } from '../../shared/aws/nat-gateways.ts';
import { notify } from '../../shared/aws/notifications.ts';
import { recordings } from '../../shared/aws/recordings.ts';
import { schedules } from '../../shared/aws/schedules.ts';
import type { FlowLogTarget } from '../../shared/gateway/nat-gateway.ts';
import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import { mailText } from '../../shared/text/mail-text.ts';

/** An implementation of AWS's protocols with a gateway, a table, a topic, a schedule group and a bucket. */
export interface Place {
  readonly endpoint: string;
  /** Zonal, tagged Name=egress. */
  readonly gatewayId: string;
  readonly topicArn: string;
  readonly scheduleGroup: string;
  readonly bucket: string;
  /** Resources that EC2 describes: at least one of each kind, and an instance called worker. */
  readonly network: VpcDescription;
  meter(minute: MeteredMinute): Promise<void>;
  setAlarm(name: string, state: 'OK' | 'ALARM'): Promise<void>;
  subjects(): Promise<string[]>;
  stop(): Promise<void>;
}

const STREAM = 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/natflow';
const TARGET = 'arn:aws:lambda:eu-west-1:123456789012:function:controller';
const ROLE = 'arn:aws:iam::123456789012:role/scheduler';
const SETTINGS: FlowLogSettings = {
  stack: 'natflow',
  streamArn: STREAM,
  logFormat: '${version} ${srcaddr} ${dstaddr} ${bytes}',
};

/** The adapters' contract, checked against the fake in every test run, and against moto where it is installed. */
export function describeAdapters(name: string, start: () => Promise<Place>): void {
  describe(`the adapters on ${name}`, () => {
    let place: Place;
    let ec2: EC2Client;
    let target: FlowLogTarget;
    const client = <T>(Client: new (settings: object) => T) =>
      new Client(connection(place.endpoint));

    beforeAll(async () => {
      place = await start();
      ec2 = client(EC2Client);
      target = await describeNatGateway(ec2, place.gatewayId);
    });
    afterAll(async () => await place.stop());

    test('a zonal gateway is recorded at its interface and has its Name tag as name', async () => {
      expect(await describeNatGateway(ec2, place.gatewayId)).toEqual({
        name: 'egress',
        resourceType: 'NetworkInterface',
        resourceIds: [expect.stringMatching(/^eni-/)],
      });
    });

    test('a gateway that does not exist is a refusal', async () => {
      const lookup = describeNatGateway(ec2, 'nat-00000000000000000');
      await expect(lookup).rejects.toMatchObject({ refused: true });
    });

    test('a flow log has every property it needs, and a repeated call creates no other', async () => {
      const logs = flowLogs(ec2, SETTINGS);
      const recording = { id: 'recording-1', gatewayId: place.gatewayId };
      const ids = await logs.create(recording, target);
      expect(await logs.create(recording, target)).toEqual(ids);
      const { FlowLogs } = await ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: ids }));
      expect(FlowLogs).toMatchObject([
        {
          ResourceId: target.resourceIds[0],
          TrafficType: 'ALL',
          MaxAggregationInterval: 60,
          LogDestinationType: 'kinesis-data-firehose',
          LogDestination: STREAM,
          LogFormat: SETTINGS.logFormat,
        },
      ]);
      const tags = FlowLogs?.[0]?.Tags?.map(({ Key, Value }) => `${Key}=${Value}`).sort();
      expect(tags).toEqual([
        'Name=recording-1',
        `natflow:gateway=${place.gatewayId}`,
        'natflow:recording=recording-1',
        'natflow:stack=natflow',
      ]);
    });

    test('a second recording of the same gateway is refused with the reason', async () => {
      const create = flowLogs(ec2, SETTINGS).create(
        { id: 'recording-2', gatewayId: place.gatewayId },
        target,
      );
      await expect(create).rejects.toMatchObject({
        refused: true,
        message: expect.stringMatching(/^ec2:CreateFlowLogs: FlowLogAlreadyExists: /),
      });
    });

    test('a stack sees its own flow logs only', async () => {
      const seen = await flowLogs(ec2, SETTINGS).list(place.gatewayId);
      expect(seen).toMatchObject([{ gatewayId: place.gatewayId, recordingId: 'recording-1' }]);
      expect(Math.abs(Date.now() - (seen[0]?.createdAt ?? 0))).toBeLessThan(60_000);
      expect(await flowLogs(ec2, { ...SETTINGS, stack: 'natflow-two' }).list()).toEqual([]);
      expect(await flowLogs(ec2, SETTINGS).list('nat-00000000000000000')).toEqual([]);
    });

    test('flow logs can be deleted, and deleting them again is no error', async () => {
      const logs = flowLogs(ec2, SETTINGS);
      const ids = (await logs.list()).map(({ id }) => id);
      await logs.delete(ids);
      await logs.delete([...ids, 'fl-00000000000000000']);
      expect(await logs.list()).toEqual([]);
    });

    test('an alarm is read with its current state', async () => {
      const cloudWatch = client(CloudWatchClient);
      expect(await describeAlarms(cloudWatch, { names: [`natflow-${place.gatewayId}`] })).toEqual(
        [],
      );
      const name = `natflow-${place.gatewayId}`;
      await place.setAlarm(name, 'ALARM');
      const alarm = { name, state: 'ALARM', since: expect.any(Number) };
      expect(
        await describeAlarms(cloudWatch, { names: [`natflow-${place.gatewayId}`] }),
      ).toMatchObject([alarm]);
      const [seen] = await describeAlarms(cloudWatch, { prefix: 'natflow-' });
      expect(seen).toMatchObject(alarm);
      expect(Math.abs(Date.now() - (seen?.since ?? 0))).toBeLessThan(60_000);
    });

    test('the second of two saves based on one version fails', async () => {
      const states = recordings<{ counted: number }>(client(DynamoDBClient), STATE_TABLE, {
        read: JSON.parse,
        write: JSON.stringify,
      });
      expect(await states.load(place.gatewayId)).toBeUndefined();
      expect(await states.save(place.gatewayId, { counted: 1 }, 0)).toBe(true);
      expect(await states.save(place.gatewayId, { counted: 9 }, 0)).toBe(false);
      expect(await states.save(place.gatewayId, { counted: 2 }, 1)).toBe(true);
      expect(await states.save(place.gatewayId, { counted: 9 }, 1)).toBe(false);
      const saved = { gatewayId: place.gatewayId, state: { counted: 2 }, version: 2 };
      expect(await states.load(place.gatewayId)).toEqual(saved);
      expect(await states.list()).toEqual([saved]);
    });

    test('a schedule is one-time, and can be moved and deleted', async () => {
      const scheduler = client(SchedulerClient);
      const { scheduleGroup } = place;
      const timers = schedules(scheduler, { scheduleGroup, scheduleRoleArn: ROLE });
      const get = new GetScheduleCommand({ GroupName: scheduleGroup, Name: 'recording-1' });
      await timers.set(TARGET, 'recording-1', Date.UTC(2099, 0, 1, 12, 0, 0, 1), {
        command: 'timer',
      });
      expect(await scheduler.send(get)).toMatchObject({
        ScheduleExpression: 'at(2099-01-01T12:00:01)',
        ActionAfterCompletion: 'DELETE',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: TARGET, RoleArn: ROLE, Input: '{"command":"timer"}' },
      });
      await timers.set(TARGET, 'recording-1', Date.UTC(2099, 0, 1, 13), { command: 'timer' });
      expect(await scheduler.send(get)).toMatchObject({
        ScheduleExpression: 'at(2099-01-01T13:00:00)',
      });
      await timers.remove('recording-1');
      await timers.remove('recording-1');
      await expect(scheduler.send(get)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    test('a subject that SNS would not take is made to fit', async () => {
      const subject = `東京-egress → S3\n${'x'.repeat(200)}`;
      const mail = mailText({ subject, lead: '東京 → S3', facts: [], commands: [] });
      await notify(client(SNSClient), place.topicArn, mail);
      const fitting = `${`??-egress -> S3\\u000a${'x'.repeat(200)}`.slice(0, 96)}...`;
      expect(await place.subjects()).toContain(fitting);
    });
  });
}
