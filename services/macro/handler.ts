import { EC2Client } from '@aws-sdk/client-ec2';
import { listNatGateways, listSubnets } from '../../shared/aws/network.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import { expand, Refused } from './expand.ts';
import { readParameters } from './parameters.ts';
import { readEnvelope, readRequest } from './request.ts';

/** What CloudFormation makes of it: the new template, or the sentence the user reads. */
export interface MacroAnswer {
  readonly requestId: string;
  readonly status: 'success' | 'failure';
  readonly fragment: unknown;
  readonly errorMessage?: string;
}

const ec2 = new EC2Client();

/** The CloudFormation macro NatflowAlarms: looks up what the parameters name, and expands the template. */
export async function handler(event: unknown): Promise<MacroAnswer> {
  const { requestId, fragment } = readEnvelope(event);
  try {
    const request = readRequest(event);
    const { subnetIds } = readParameters(request.templateParameterValues, () => undefined);
    const [gateways, subnets] = await Promise.all([
      listNatGateways(ec2),
      listSubnets(ec2, subnetIds),
    ]);
    return { requestId, status: 'success', fragment: expand(request, { gateways, subnets }) };
  } catch (error) {
    if (!(error instanceof Refused || error instanceof ShapeError)) throw error;
    return { requestId, status: 'failure', fragment, errorMessage: error.message };
  }
}
