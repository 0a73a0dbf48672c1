import { EC2Client } from '@aws-sdk/client-ec2';
import { listNatGateways, listSubnets } from '../../shared/aws/network.ts';
import { printable } from '../../shared/text/printable.ts';
import { expand, type MacroRequest, Refused } from './expand.ts';
import type { Fragment } from './fragment.ts';
import { readParameters } from './parameters.ts';

/** What CloudFormation makes of it: the new template, or the sentence the user reads. */
export interface MacroAnswer {
  readonly requestId: string;
  readonly status: 'success' | 'failure';
  readonly fragment: Fragment;
  readonly errorMessage?: string;
}

const ec2 = new EC2Client();

/** The CloudFormation macro NatflowAlarms: looks up what the parameters name, and expands the template. */
export async function handler(request: MacroRequest): Promise<MacroAnswer> {
  const { requestId, fragment } = request;
  const { subnetIds } = readParameters(request.templateParameterValues, () => undefined);
  try {
    const [gateways, subnets] = await Promise.all([
      listNatGateways(ec2),
      listSubnets(ec2, subnetIds),
    ]);
    return { requestId, status: 'success', fragment: expand(request, { gateways, subnets }) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { requestId, status: 'failure', fragment, errorMessage: printable(error.message) };
  }
}
