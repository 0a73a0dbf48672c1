import { EC2Client } from '@aws-sdk/client-ec2';
import { listNatGateways } from '../../shared/aws/nat-gateways.ts';
import { listSubnets } from '../../shared/aws/network.ts';
import { printable } from '../../shared/text/printable.ts';
import { expand, type MacroRequest, Refused } from './expand.ts';
import type { Fragment } from './fragment.ts';
import { readParameters } from './parameters.ts';

/** A macro's answer: the expanded template, or the error message that the user reads. */
export interface MacroAnswer {
  readonly requestId: string;
  readonly status: 'success' | 'failure';
  readonly fragment: Fragment;
  readonly errorMessage?: string;
}

const ec2 = new EC2Client();

/** The CloudFormation macro NatflowAlarms: looks up gateways and subnets, and expands the template. */
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
