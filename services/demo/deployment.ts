import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildScripts, ROOT } from '../../shared/disk/installation.ts';
import { STATE_TABLE } from '../local-aws/dynamodb.ts';
import { serveFirehose } from '../local-aws/firehose/api.ts';
import type { LocalFirehose } from '../local-aws/firehose/stream.ts';
import { LambdaFunction } from '../local-aws/lambda/function.ts';
import type { Parameters } from './parameters.ts';

/** The bundles that are deployed to AWS, in AWS's runtime client. */
export interface Deployment {
  readonly controller: LambdaFunction;
  readonly forwarder: LambdaFunction;
  readonly reporter: LambdaFunction;
  /** The forwarder's bundle as the function of the continuous sources. */
  readonly continuous: LambdaFunction;
  /** Sends the functions' PutRecordBatch calls to this stream. */
  connect(stream: LocalFirehose): void;
  close(): Promise<void>;
}

export const STACK = 'natflow';
export const REGION = 'us-east-1';
/** The name of the archive's bucket. */
export const ARCHIVE = 'natflow-archive';
export const REPORTER_ARN = `arn:aws:lambda:${REGION}:123456789012:function:${STACK}-reporter`;
export const STREAM_ARN = `arn:aws:firehose:${REGION}:123456789012:deliverystream/natflow`;
export const CONTINUOUS_STREAM_ARN = `${STREAM_ARN}-continuous`;
const TOPIC_ARN = `arn:aws:sns:${REGION}:123456789012:natflow`;
const DIST = join(ROOT, 'dist');
const TIMEOUT_MS = 60_000;

/** Builds the bundles that `deploy` starts, in a checkout. */
export async function buildHandlers(): Promise<void> {
  const scripts = await buildScripts();
  await scripts?.buildChanged(['controller', 'forwarder', 'reporter']);
}

/** Starts the functions with AWS at `endpoint`; `clock` gives their time in Unix milliseconds. */
export async function deploy(
  parameters: Parameters,
  endpoint: string,
  clock: () => number,
): Promise<Deployment> {
  const streams = new Map<string, LocalFirehose>();
  const firehose = serveFirehose(streams).listen(0, '127.0.0.1').unref();
  await once(firehose, 'listening');
  const { port } = firehose.address() as AddressInfo;
  const environment = {
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_FIREHOSE: `http://127.0.0.1:${port}`,
    NATFLOW_STACK: STACK,
    NATFLOW_TABLE: STATE_TABLE,
    ...(parameters.logFormat !== undefined && { NATFLOW_LOG_FORMAT: parameters.logFormat }),
  };
  const functionOf = (name: string, env: Readonly<Record<string, string>>) =>
    new LambdaFunction({
      bundle: join(DIST, name),
      name: `${STACK}-${name}`,
      timeoutMs: TIMEOUT_MS,
      clock,
      env: { ...environment, ...env },
    });
  const controller = functionOf('controller', controllerEnvironment(parameters));
  const forwarder = functionOf('forwarder', forwarderEnvironment(parameters));
  const reporter = functionOf('reporter', {
    NATFLOW_ARCHIVE: ARCHIVE,
    NATFLOW_TOPIC_ARN: TOPIC_ARN,
    NATFLOW_GROUP_BY: parameters.groupBy ?? '',
  });
  const continuous = new LambdaFunction({
    ...{ bundle: join(DIST, 'forwarder'), name: `${STACK}-continuous`, timeoutMs: TIMEOUT_MS },
    ...{ clock, env: { ...environment, ...forwarderEnvironment({ ...parameters, legs: 'all' }) } },
  });
  const all = [controller, forwarder, reporter, continuous];
  return {
    ...{ controller, forwarder, reporter, continuous },
    connect: (stream) => void streams.set('natflow', stream),
    async close() {
      await Promise.all(all.map((each) => each.close()));
      firehose.closeAllConnections();
      firehose.close();
    },
  };
}

function controllerEnvironment(parameters: Parameters): Record<string, string> {
  return {
    NATFLOW_STREAM_ARN: STREAM_ARN,
    NATFLOW_TOPIC_ARN: TOPIC_ARN,
    NATFLOW_SCHEDULE_GROUP: STACK,
    NATFLOW_SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/natflow-scheduler',
    NATFLOW_RECORDING_TIME: String(parameters.recordingTime),
    NATFLOW_NUM_OF_RECORDINGS: String(parameters.numOfRecordings),
    // A story ends before a digest would be due.
    NATFLOW_DIGEST_AFTER: '0',
    ...(parameters.followedAbove !== undefined && {
      NATFLOW_NAT_GATEWAY_IDS: 'all',
      NATFLOW_THRESHOLD: String(parameters.followedAbove),
    }),
    ...(parameters.monthlyBudget && { NATFLOW_MONTHLY_BUDGET: parameters.monthlyBudget }),
    ...(parameters.isReported && { NATFLOW_REPORTER_ARN: REPORTER_ARN }),
  };
}

function forwarderEnvironment({ collectors, version, legs }: Parameters): Record<string, string> {
  return {
    NATFLOW_COLLECTORS: collectors,
    NATFLOW_VERSION: String(version),
    NATFLOW_LEGS: legs,
  };
}
