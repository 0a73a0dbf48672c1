import { expect, test } from '@jest/globals';
import { expand } from '../../services/macro/expand.ts';
import { request } from './request.ts';

test.each(['all', 'tag:Team=none', 'all,tag:Team=none'])(
  'a deployment whose NatGatewayIds %s chooses none yet has no alarm, and a graph of those that come',
  (NatGatewayIds) => {
    const expanded = expand(request({ NatGatewayIds }), {
      ...{ gateways: [], subnets: [], sources: [] },
    }).Resources;
    expect(Object.keys(expanded).filter((id) => id.startsWith('Alarm'))).toEqual([]);
    const { DashboardBody } = expanded['Dashboard']?.Properties ?? {};
    expect(JSON.stringify(DashboardBody)).toContain("SEARCH('{AWS/NATGateway,NatGatewayId}");
  },
);
