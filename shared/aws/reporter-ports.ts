import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Attributes, FactEvent } from '../notification/event.ts';
import type { ReporterSettings } from '../settings/reporter.ts';
import type { MailText } from '../text/mail-text.ts';
import { archive } from './archive.ts';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { putEvent } from './events.ts';
import { gatewayBytes } from './gateway-bytes.ts';
import { fetchIpRanges } from './ip-ranges.ts';
import { notify } from './notifications.ts';
import { openObjects } from './objects.ts';
import { describeVpcs } from './vpc-description.ts';

/** The reporter's AWS calls. */
export async function reporterPorts({ bucket, topicArn, eventBus, ipRangesUrl }: ReporterSettings) {
  const cloudWatch = new CloudWatchClient({ ...CLIENT_TIMEOUTS });
  const ec2 = new EC2Client({ ...CLIENT_TIMEOUTS });
  const sns = new SNSClient({ ...CLIENT_TIMEOUTS });
  const events = new EventBridgeClient({ ...CLIENT_TIMEOUTS });
  return {
    ...archive(await openObjects(), bucket),
    describe: () => describeVpcs(ec2),
    ipRanges: ipRangesUrl === undefined ? undefined : () => fetchIpRanges(ipRangesUrl),
    meter: (gatewayId: string, from: Date, to: Date) =>
      gatewayBytes(cloudWatch, gatewayId, from, to),
    mail: (text: MailText, attributes: Attributes) => notify(sns, topicArn, text, attributes),
    event: (event: FactEvent) => putEvent(events, eventBus, event),
  };
}
