import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeDeliveryStreamCommand,
  type FirehoseClient,
  ListTagsForDeliveryStreamCommand,
} from '@aws-sdk/client-firehose';
import { calling } from './refusal.ts';
import { readTags } from './tags.ts';

/** A delivery stream with its status, its tags and the bucket that it delivers to. */
export async function describeDeliveryStream(client: FirehoseClient, arn: string) {
  const DeliveryStreamName = nameOf(arn);
  const describing = client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }));
  const { DeliveryStreamDescription: stream } = await calling(
    'firehose:DescribeDeliveryStream',
    describing,
    DeliveryStreamName,
  );
  // A stream has some ten tags, and an answer as many as 50.
  const listing = client.send(new ListTagsForDeliveryStreamCommand({ DeliveryStreamName }));
  const action = 'firehose:ListTagsForDeliveryStream';
  const { Tags = [] } = await calling(action, listing, DeliveryStreamName);
  const bucketArn = stream?.Destinations?.[0]?.ExtendedS3DestinationDescription?.BucketARN;
  return {
    name: DeliveryStreamName,
    status: stream?.DeliveryStreamStatus ?? 'unknown',
    tags: readTags(Tags),
    bucket: bucketArn?.split(':').at(-1) ?? '',
  };
}

const DAY_S = 86_400;
const TWO_WEEKS_MS = 14 * 1000 * DAY_S;

/** The stream's limit and what was throttled, as CloudWatch metered it in the two weeks before `now`. */
export async function streamThroughput(client: CloudWatchClient, arn: string, now = Date.now()) {
  const Dimensions = [{ Name: 'DeliveryStreamName', Value: nameOf(arn) }];
  const query = (Id: string, MetricName: string, Stat: string) => ({
    Id,
    Label: MetricName,
    MetricStat: {
      Metric: { Namespace: 'AWS/Firehose', MetricName, Dimensions },
      Period: DAY_S,
      Stat,
    },
  });
  const command = new GetMetricDataCommand({
    StartTime: new Date(now - TWO_WEEKS_MS),
    EndTime: new Date(now),
    MetricDataQueries: [
      query('limit', 'BytesPerSecondLimit', 'Maximum'),
      query('throttled', 'ThrottledRecords', 'Sum'),
    ],
  });
  const answer = await calling('cloudwatch:GetMetricData', client.send(command));
  const values = (id: string) =>
    answer.MetricDataResults?.find(({ Id }) => Id === id)?.Values ?? [];
  return {
    // The newest comes first.
    bytesPerSecond: values('limit')[0],
    throttledRecords: values('throttled').reduce((sum, each) => sum + each, 0),
  };
}

function nameOf(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}
