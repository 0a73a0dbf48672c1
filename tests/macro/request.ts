import type { Inventory } from '../../services/macro/expand.ts';
import type { MacroRequest, ParameterValues } from '../../services/macro/request.ts';

export const A = 'nat-0aaaaaaaaaaaaaaa1';
export const B = 'nat-0bbbbbbbbbbbbbbb2';
export const C = 'nat-0ccccccccccccccc3';

/** Three available gateways, a deleted one, two subnets of one VPC and one of another. */
export const INVENTORY: Inventory = {
  gateways: [
    { id: C, state: 'available', tags: { Team: 'web' }, vpcId: 'vpc-0eee' },
    { id: A, state: 'available', tags: { Name: 'egress ${a}', Team: 'web' }, vpcId: 'vpc-0eee' },
    { id: B, state: 'pending', tags: { Name: 'egress-b', Team: 'data' }, vpcId: 'vpc-0fff' },
    { id: 'nat-0ddddddddddddddd4', state: 'deleted', tags: { Team: 'web' } },
  ],
  subnets: [],
};

const DASHBOARD = { widgets: [{ type: 'text' }, { type: 'natflow-gateways' }, { type: 'log' }] };

/** A request of CloudFormation with the parts of the template that the macro replaces. */
export function request(templateParameterValues: ParameterValues): MacroRequest {
  return {
    templateParameterValues: { Threshold: '1GB', ...templateParameterValues },
    fragment: {
      AWSTemplateFormatVersion: '2010-09-09',
      Resources: {
        Topic: { Type: 'AWS::SNS::Topic' },
        Dashboard: {
          Type: 'AWS::CloudWatch::Dashboard',
          Properties: { DashboardBody: { 'Fn::Sub': [JSON.stringify(DASHBOARD), {}] } },
        },
        ForwarderSecurityGroup: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: { GroupDescription: 'test' },
        },
      },
    },
  };
}
