import { awsCommand, type Check, type Found, given, ok, unknown, wrong } from './check.ts';
import { checkCollectors } from './collector-checks.ts';
import type {
  Facts,
  ForwarderFunction,
  StackNames,
  Stream,
  Subscription,
  Throughput,
} from './facts.ts';

/** Whether recorded lines would arrive: in the stream, the archive, at the collectors, and mails about them. */
export const DELIVERY_CHECKS: readonly Check[] = [
  { name: 'stream', run: checkStream },
  { name: 'throughput', run: checkThroughput },
  { name: 'archive', run: checkArchive },
  { name: 'query logs', run: checkQueryLogs },
  { name: 'forwarder', run: checkForwarder },
  { name: 'collectors', run: checkCollectors },
  { name: 'subscription', run: checkSubscription },
];

/** Log delivery writes only to streams with this tag. */
const DELIVERY_TAG = 'LogDeliveryEnabled';
const MIB = 2 ** 20;
/** Direct PUT's quota in MiB a second where Firehose documents another than 1. */
const QUOTA_MIB: Readonly<Record<string, number>> = {
  'us-east-1': 5,
  'us-west-2': 5,
  'eu-west-1': 5,
};
/** A line as log delivery wraps it: 200 bytes of text, and a wrapper. */
const LINE_BYTES = 214;

/** Whether the stream takes what log delivery writes. */
export function checkStream({ names, stream }: Pick<Facts, 'names' | 'stream'>): readonly Found[] {
  return given(stream, describeStream(names), (found) => [
    streamFault(names, found) ?? soundStream(found),
  ]);
}

function streamFault(names: StackNames, { name, status, tags }: Stream): Found | undefined {
  if (status !== 'ACTIVE') return wrong(`${name} is ${status}, not ACTIVE`, describeStream(names));
  if (tags[DELIVERY_TAG] === 'true') return undefined;
  const tag = ['--tags', `Key=${DELIVERY_TAG},Value=true`];
  const mend = awsCommand(
    names,
    'firehose',
    'tag-delivery-stream',
    '--delivery-stream-name',
    name,
    ...tag,
  );
  return wrong(
    `${name} lacks the tag ${DELIVERY_TAG}=true, without which log delivery does not write to it`,
    mend,
  );
}

function soundStream({ name }: Stream): Found {
  return ok(`${name} is active and has the tag ${DELIVERY_TAG}=true`);
}

function describeStream(names: StackNames): string {
  return awsCommand(
    names,
    'firehose',
    'describe-delivery-stream',
    '--delivery-stream-name',
    nameIn(names.streamArn),
  );
}

function nameIn(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}

/** Whether the stream had to refuse records. */
export function checkThroughput({
  names,
  throughput,
}: Pick<Facts, 'names' | 'throughput'>): readonly Found[] {
  const list = awsCommand(
    names,
    'service-quotas',
    'list-service-quotas',
    '--service-code',
    'firehose',
  );
  return given(throughput, list, (found) => {
    const limit = limitText(names, found);
    if (found.throttledRecords === 0)
      return [ok(`nothing was throttled in the last two weeks; ${limit}`)];
    return [
      wrong(
        `Firehose throttled ${found.throttledRecords} records in the last two weeks; ${limit}: ask for a higher quota`,
        list,
      ),
    ];
  });
}

function limitText({ region }: StackNames, { bytesPerSecond }: Throughput): string {
  const bytes = bytesPerSecond ?? (QUOTA_MIB[region] ?? 1) * MIB;
  const lines = Math.floor(bytes / LINE_BYTES / 100) * 100;
  const source =
    bytesPerSecond === undefined ? "Firehose's documented default here is" : 'the limit is';
  return `${source} ${(bytes / MIB).toFixed(1)} MiB a second, about ${lines} lines`;
}

function checkArchive({ names, archive, stream }: Facts): readonly Found[] {
  if ('failure' in stream)
    return [wrong(`the bucket is not known: ${stream.failure}`, describeStream(names))];
  const { bucket } = stream.value;
  const show = awsCommand(names, 's3api', 'head-bucket', '--bucket', bucket);
  return given(archive, show, () => [ok(`${bucket} can be listed`)]);
}

/** Nothing is said where DnsNames is false, or where the bucket is not known, which is said already. */
function checkQueryLogs({ names, queryLogs, stream }: Facts): readonly Found[] {
  if (!names.dnsNames || 'failure' in stream) return [];
  const place = `s3://${stream.value.bucket}/dns/`;
  const list = awsCommand(names, 'route53resolver', 'list-resolver-query-log-config-associations');
  return given(queryLogs, list, (found) => [
    found
      ? ok(`query logs are in ${place}`)
      : unknown(
          `no query log is in ${place}, so targets have no domain names: the first comes some minutes after a query`,
          list,
        ),
  ]);
}

function checkForwarder({ names, forwarder, delivery }: Facts): readonly Found[] {
  const name = `${names.stack}-forwarder`;
  const show = awsCommand(names, 'lambda', 'get-function-configuration', '--function-name', name);
  const logs = awsCommand(
    names,
    'logs',
    'tail',
    `/natflow/${names.stack}/forwarder`,
    '--since',
    '10m',
  );
  return given(forwarder, show, (found) => {
    // The invocation wakes a function that Lambda made inactive, so the next one finds it pending or active.
    const state = inactive(found, show);
    if (state !== undefined) return [state];
    return given(delivery, logs, () => [
      ok(`${name} is active and answers a delivery without records`),
    ]);
  });
}

function inactive(
  { name, state, stateReason }: ForwarderFunction,
  show: string,
): Found | undefined {
  if (state === 'Active') return undefined;
  if (state === 'Failed')
    return wrong(`${name} has failed: ${stateReason ?? 'Lambda gives no reason'}`, show);
  const text = `${name} was ${state.toLowerCase()}, as Lambda makes functions in a VPC that idle for weeks; this check has called it, which wakes it: check again in some minutes`;
  return wrong(text, show);
}

function checkSubscription({ names, subscriptions }: Facts): readonly Found[] {
  const { topicArn } = names;
  const list = awsCommand(names, 'sns', 'list-subscriptions-by-topic', '--topic-arn', topicArn);
  return given(subscriptions, list, (found) => {
    const faults = subscriptionFaults(names, found);
    if (faults.length > 0) return faults;
    const endpoints = found.map(({ endpoint }) => endpoint);
    if (endpoints.length > 0) return [ok(`${endpoints.join(', ')} gets the mails`)];
    const text =
      'EmailAddress is empty and nothing is subscribed to the topic, so no notification is read';
    return [unknown(text, subscribe(names, 'ADDRESS'))];
  });
}

function subscriptionFaults(names: StackNames, found: readonly Subscription[]): Found[] {
  const pending = found.filter(({ isConfirmed }) => !isConfirmed);
  const faults = pending.map(({ endpoint }) => {
    const text = `${endpoint} has not confirmed its subscription and gets no mails: confirm it by the link in AWS's mail, or have the mail sent again`;
    return wrong(text, subscribe(names, endpoint));
  });
  const { emailAddress } = names;
  if (emailAddress === undefined) return faults;
  if (found.some(({ endpoint }) => endpoint === emailAddress)) return faults;
  const text = `${emailAddress} is not subscribed any more and gets no mails`;
  return [...faults, wrong(text, subscribe(names, emailAddress))];
}

/** Sends the mail by which an address confirms its subscription. */
function subscribe(names: StackNames, address: string): string {
  const topic = ['sns', 'subscribe', '--topic-arn', names.topicArn];
  const endpoint = ['--protocol', 'email', '--notification-endpoint', address];
  return awsCommand(names, ...topic, ...endpoint);
}
