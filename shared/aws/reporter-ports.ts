import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { OUTBOX_CODEC, OUTBOX_KEY } from '../contract/summary-outbox.ts';
import type { Attributes, FactEvent } from '../notification/event.ts';
import type { ReporterSettings } from '../settings/reporter.ts';
import type { StateCodec } from '../state-item.ts';
import type { MailText } from '../text/mail-text.ts';
import { archive, monthFiles } from './archive.ts';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { putEvent } from './events.ts';
import { gatewayBytes } from './gateway-bytes.ts';
import { fetchIpRanges } from './ip-ranges.ts';
import { notify } from './notifications.ts';
import { type Objects, openObjects } from './objects.ts';
import { stateItems } from './state-items.ts';
import { summaries, summaryPlace } from './summaries.ts';
import { describeVpcs } from './vpc-description.ts';

/** The key of the item of the mail about a month begins so. */
const MONTH = 'month#';

/** The reporter's AWS calls. `Mail` is the stored state of a month's mail. */
export async function reporterPorts<Mail>(settings: ReporterSettings, mailCodec: StateCodec<Mail>) {
  const { bucket, topicArn, eventBus, ipRangesUrl, table } = settings;
  const objects = await openObjects();
  const dynamoDb = new DynamoDBClient({ ...CLIENT_TIMEOUTS });
  const mails = stateItems(dynamoDb, table, mailCodec);
  const cloudWatch = new CloudWatchClient({ ...CLIENT_TIMEOUTS });
  const ec2 = new EC2Client({ ...CLIENT_TIMEOUTS });
  const sns = new SNSClient({ ...CLIENT_TIMEOUTS });
  const events = new EventBridgeClient({ ...CLIENT_TIMEOUTS });
  return {
    ...archive(objects, bucket),
    ...monthFiles(objects, bucket),
    ...summaryCalls(objects, settings),
    outbox: stateItems(dynamoDb, table, OUTBOX_CODEC).item(OUTBOX_KEY),
    monthMail: (month: string) => mails.item(`${MONTH}${month}`),
    describe: () => describeVpcs(ec2),
    ipRanges: ipRangesUrl === undefined ? undefined : () => fetchIpRanges(ipRangesUrl),
    meter: (gatewayId: string, from: Date, to: Date) =>
      gatewayBytes(cloudWatch, gatewayId, from, to),
    mail: (text: MailText, attributes: Attributes) => notify(sns, topicArn, text, attributes),
    event: (event: FactEvent) => putEvent(events, eventBus, event),
  };
}

/** The archive's summaries, the bucket of another account that gets them too, and the one that months are reported of. */
function summaryCalls(
  objects: Objects,
  { bucket, centralBucket, monthlyReportOf }: ReporterSettings,
) {
  const own = summaries(objects, { bucket, prefix: '' });
  const central = centralBucket && summaries(objects, summaryPlace(centralBucket), true);
  const shared = monthlyReportOf && summaries(objects, summaryPlace(monthlyReportOf));
  return {
    summary: own.read,
    storeSummary: own.write,
    summariesOf: own.ofMonth,
    central: central ? central.write : undefined,
    sharedSummariesOf: shared ? shared.ofMonth : undefined,
  };
}
