import { expect, test } from '@jest/globals';
import { expand } from '../../services/macro/expand.ts';
import { handler } from '../../services/macro/handler.ts';
import { readEnvelope, readRequest } from '../../services/macro/request.ts';
import { A, INVENTORY, request } from './request.ts';

const REQUEST = { requestId: 'r-1', ...request({ NatGatewayIds: A }) };
const withDashboard = (Properties: Record<string, unknown>) => ({
  ...REQUEST.fragment,
  Resources: { Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties } },
});
const withBody = (body: unknown) => withDashboard({ DashboardBody: { 'Fn::Sub': [body, {}] } });

test('a request is accepted unchanged, whatever the names of its resources', () => {
  const Resources = { constructor: { Type: 'AWS::SNS::Topic', DependsOn: 'A' } };
  const event = { ...REQUEST, region: 'x', fragment: { Resources, Outputs: {} } };
  expect(readRequest(event)).toBe(event);
  expect(readEnvelope(event).fragment).toBe(event.fragment);
});

test.each<[unknown, string]>([
  [null, 'the request is null, an object was expected'],
  ['x', 'the request is "x", an object was expected'],
  [{}, 'the request: requestId is missing'],
  [{ requestId: 5 }, 'the request: requestId is 5, a text was expected'],
])('the event %j is no request, which is all there is to say', async (event, sentence) => {
  await expect(handler(event)).rejects.toThrow(sentence);
});

test.each<[object, string]>([
  [{ fragment: null }, 'fragment is null, an object was expected'],
  [{ fragment: {} }, 'fragment.Resources is missing'],
  [{ fragment: { Resources: 5 } }, 'fragment.Resources is 5, an object was expected'],
  [
    { fragment: { Resources: { Topic: null } } },
    'fragment.Resources.Topic is null, an object was expected',
  ],
  [
    { fragment: { Resources: { Topic: { Type: 'x', Properties: 'x' } } } },
    'fragment.Resources.Topic.Properties is "x", an object was expected',
  ],
  [{ templateParameterValues: undefined }, 'templateParameterValues is missing'],
  [
    { templateParameterValues: { SubnetIds: { toString: 1 } } },
    'templateParameterValues.SubnetIds is an object, a text or a number or true or false was expected',
  ],
  [
    { templateParameterValues: { SubnetIds: ['subnet-1', {}] } },
    'templateParameterValues.SubnetIds.1 is an object, a text or a number or true or false was expected',
  ],
])('a request with %j is answered with a sentence', async (odd, sentence) => {
  const event = { ...REQUEST, ...odd };
  expect(await handler(event)).toEqual({
    requestId: 'r-1',
    status: 'failure',
    fragment: event.fragment,
    errorMessage: expect.stringContaining(`the request: ${sentence}`),
  });
});

test.each<[object, string]>([
  [withDashboard({}), 'DashboardBody is missing'],
  [withDashboard({ DashboardBody: '{}' }), 'DashboardBody is "{}", an object was expected'],
  [withBody(5), 'DashboardBody.Fn::Sub.0 is 5, a text was expected'],
  [withBody('{'), 'DashboardBody.Fn::Sub.0 is "{", JSON was expected'],
  [withBody('{}'), 'DashboardBody.Fn::Sub.0.widgets is missing'],
  [withBody('{"widgets":[5]}'), 'DashboardBody.Fn::Sub.0.widgets.0 is 5, an object was expected'],
])('the template %j is refused with a sentence', (fragment, sentence) => {
  const { templateParameterValues } = REQUEST;
  const odd = readRequest({ fragment, templateParameterValues });
  expect(() => expand(odd, INVENTORY)).toThrow(`the properties of the dashboard: ${sentence}`);
});
