import { expect, test } from '@jest/globals';
import type { Check, Finding, Plan } from './check.ts';
import { DEPLOYMENT_CHECKS, suggestThreshold } from './checks.ts';
import type { Survey } from './survey.ts';

const A = 'nat-0aaaaaaaaaaaaaaa1';
const B = 'nat-0bbbbbbbbbbbbbbb2';
const gateway = { state: 'available', mode: 'zonal', tags: {}, interfaceIds: ['eni-1'] } as const;

const SURVEY: Survey = {
  region: 'eu-west-1',
  gateways: async () => [
    { ...gateway, id: A },
    { ...gateway, id: B },
  ],
  peak: async (id) => (id === A ? 310e6 : undefined),
  flowLogs: async () => [{ stack: undefined }],
  subnets: async (ids) => ids.map((id) => ({ id, vpcId: 'vpc-1' })),
  routeTables: async () => [],
  sources: async () => [],
  sourceTraffic: async () => undefined,
};
const PLAN: Plan = {
  nat: 'all',
  continuous: '',
  collectors: [
    { scheme: 'udp', host: '127.0.0.1', port: 2055 },
    { scheme: 'udp', host: '10.0.9.9', port: 2055 },
  ],
  subnetIds: [],
};

async function findings({ run }: Check): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of run(SURVEY, PLAN)) found.push(finding);
  return found;
}

test('each check has a unique name, and works alone', async () => {
  const found = await Promise.all(
    DEPLOYMENT_CHECKS.map(async (check) => [check.name, await findings(check)] as const),
  );
  expect(Object.fromEntries(found)).toEqual({
    continuous: [],
    gateways: [
      { about: 'gateways', text: '2 in eu-west-1' },
      { about: A, text: 'zonal, 7-day peak 310.0 MB a minute, 1 flow log already' },
      { about: B, text: 'zonal, nothing metered in the last 7 days, 1 flow log already' },
    ],
    threshold: [{ about: 'threshold', text: '1GB a minute suggested' }],
    collectors: [
      { about: '127.0.0.1:2055', text: 'can be reached', faults: [] },
      {
        about: '10.0.9.9:2055',
        text: 'is a private address: SubnetIds are needed',
        faults: ['is a private address: SubnetIds are needed'],
      },
    ],
  });
  expect(found).toHaveLength(4);
});

test.each([
  [[], 100e6],
  [[1e6], 100e6],
  [[310e6, 120e6], 1e9],
  [[51e9], 200e9],
])('peaks of %j bytes make a threshold of %d', (peaks, threshold) => {
  expect(suggestThreshold(peaks)).toBe(threshold);
});
