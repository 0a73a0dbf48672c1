import type { Inventory } from '../../services/macro/expand.ts';
import type { MacroRequest, ParameterValues } from '../../services/macro/request.ts';

export const A = 'nat-0aaaaaaaaaaaaaaa1';
export const B = 'nat-0bbbbbbbbbbbbbbb2';
export const C = 'nat-0ccccccccccccccc3';

/** Three available gateways, a deleted one, and what can be a continuous source. */
export const INVENTORY: Inventory = {
  gateways: [
    { id: C, state: 'available', tags: { Team: 'web' }, vpcId: 'vpc-0eee' },
    { id: A, state: 'available', tags: { Name: 'egress ${a}', Team: 'web' }, vpcId: 'vpc-0eee' },
    { id: B, state: 'pending', tags: { Name: 'egress-b', Team: 'data' }, vpcId: 'vpc-0fff' },
    { id: 'nat-0ddddddddddddddd4', state: 'deleted', tags: { Team: 'web' } },
  ],
  subnets: [],
  sources: [
    { id: 'vpc-0a', partOf: [] },
    { id: 'subnet-0b', partOf: ['vpc-0a'] },
    { id: 'eni-0c', partOf: ['subnet-0b', 'vpc-0a'] },
    { id: 'tgw-0d', partOf: [] },
    { id: 'tgw-attach-0e', partOf: ['tgw-0d'] },
  ],
};

const DASHBOARD = {
  widgets: [
    { type: 'text' },
    { type: 'natflow-gateways' },
    { type: 'natflow-continuous' },
    { type: 'log' },
  ],
};

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
