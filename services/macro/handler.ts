import { EC2Client } from '@aws-sdk/client-ec2';
import { listNatGateways } from '../../shared/aws/nat-gateways.ts';
import { listSubnets } from '../../shared/aws/network.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import { printable } from '../../shared/text/printable.ts';
import { expand, Refused } from './expand.ts';
import { readParameters } from './parameters.ts';
import { readEnvelope, readRequest } from './request.ts';

/** A macro's answer: the expanded template, or the error message that the user reads. */
export interface MacroAnswer {
  readonly requestId: string;
  readonly status: 'success' | 'failure';
  readonly fragment: unknown;
  readonly errorMessage?: string;
}

const ec2 = new EC2Client();

/** The CloudFormation macro NatflowAlarms: looks up gateways and subnets, and expands the template. */
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
    return { requestId, status: 'failure', fragment, errorMessage: printable(error.message) };
  }
}
