import { EC2Client } from '@aws-sdk/client-ec2';
import { findSources } from '../../shared/aws/continuous-sources.ts';
import { listNatGateways } from '../../shared/aws/nat-gateways.ts';
import { listSubnets } from '../../shared/aws/network.ts';
import { answer } from './answer.ts';

const ec2 = new EC2Client();
const ports = {
  gateways: () => listNatGateways(ec2),
  subnets: (ids: readonly string[]) => listSubnets(ec2, ids),
  sources: (ids: readonly string[]) => findSources(ec2, ids),
};

/** The CloudFormation macro NatflowAlarms. It has no settings and logs nothing: the answer is all there is. */
export async function handler(event: unknown) {
  return await answer(event, ports);
}
