import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { findSources } from './continuous-sources.ts';
import { weeklyPeak } from './gateway-peaks.ts';
import { listNatGateways } from './nat-gateways.ts';
import { listFlowLogsOn, listRouteTables, listSubnets } from './network.ts';
import { calling } from './refusal.ts';
import { sourceTraffic } from './source-traffic.ts';

/** Read-only queries about the account and the configured region, for checks before a deployment. */
export async function awsSurvey(timeouts = CLIENT_TIMEOUTS) {
  const ec2 = new EC2Client({ ...timeouts });
  const cloudWatch = new CloudWatchClient({ ...timeouts });
  return {
    region: await calling('ec2:DescribeNatGateways', ec2.config.region()),
    gateways: () => listNatGateways(ec2),
    peak: (gatewayId: string) => weeklyPeak(cloudWatch, gatewayId),
    flowLogs: (resourceIds: readonly string[]) => listFlowLogsOn(ec2, resourceIds),
    subnets: (ids: readonly string[]) => listSubnets(ec2, ids),
    sources: (ids: readonly string[]) => findSources(ec2, ids),
    sourceTraffic: (id: string) => sourceTraffic(ec2, cloudWatch, id),
    routeTables: (vpcIds: readonly string[]) => listRouteTables(ec2, vpcIds),
  };
}
