import { describe, expect, test } from '@jest/globals';
import { isWanted, type KeyFilter, visitFolder } from './flow-log-keys.ts';

const PLAIN = 'logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/';
const HIVE = 'AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/';
const DAY: KeyFilter = {
  since: new Date('2026-11-22T00:00Z'),
  until: new Date('2026-11-23T00:00Z'),
};

describe.each([
  ['plain', PLAIN, (year: string, month = '', day = '', hour = '') => [year, month, day, hour]],
  [
    'hive-compatible',
    HIVE,
    (year: string, month = '', day = '', hour = '') => [
      `year=${year}`,
      month && `month=${month}`,
      day && `day=${day}`,
      hour && `hour=${hour}`,
    ],
  ],
] as const)('of %s folders', (_, root, parts) => {
  const visit = (filter: KeyFilter, ...date: [string, string?, string?, string?]) => {
    const folders = parts(...date).filter((part) => part !== '');
    return visitFolder(`${root}${folders.join('/')}/`, filter);
  };

  test('those of another time are left out, those of the time are taken whole', () => {
    expect(visit(DAY, '2025')).toBe('none');
    expect(visit(DAY, '2026')).toBe('some');
    expect(visit(DAY, '2026', '10')).toBe('none');
    expect(visit(DAY, '2026', '11')).toBe('some');
    expect(visit(DAY, '2026', '11', '20')).toBe('none');
    expect(visit(DAY, '2026', '11', '22', '12')).toBe('all');
    // An object may lie in the folder of the hour before or after.
    expect(visit(DAY, '2026', '11', '23', '00')).toBe('some');
    expect(visit(DAY, '2026', '11', '23', '01')).toBe('none');
  });

  test('an open end takes all that is later', () => {
    expect(visit({ since: DAY.since }, '2027')).toBe('all');
    expect(visit({ until: DAY.until }, '2025', '01')).toBe('all');
    expect(visit({}, '2025')).toBe('all');
  });

  test('those of another account or region are left out', () => {
    expect(visitFolder(root, { accounts: ['123456789012'], regions: ['us-east-1'] })).toBe('all');
    expect(visitFolder(root, { accounts: ['999999999999'] })).toBe('none');
    expect(visitFolder(root, { regions: ['eu-west-1', 'us-east-2'] })).toBe('none');
    expect(visitFolder('AWSLogs/', { regions: ['eu-west-1'] })).toBe('some');
  });
});

test('an object is of the time, account and region that its key says, else of the time when it was written', () => {
  const key =
    'AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/11/22/123456789012_vpcflowlogs_us-east-1_fl-1_20261122T1600Z_a.log.parquet';
  expect(isWanted(key, new Date(0), DAY)).toBe(true);
  expect(isWanted(key, undefined, { ...DAY, regions: ['us-east-2'] })).toBe(false);
  expect(isWanted(key.replace('T16', 'T00').replace('1122T', '1123T'), undefined, DAY)).toBe(false);
  expect(isWanted('any.gz', new Date('2026-11-22T10:00Z'), DAY)).toBe(true);
  expect(isWanted('any.gz', new Date('2026-11-21T10:00Z'), { ...DAY, accounts: ['1'] })).toBe(
    false,
  );
});

test("the stream's own folders are taken by the hour", () => {
  expect(visitFolder('flows/2026/11/22/10/', DAY)).toBe('all');
  expect(visitFolder('flows/2026/11/21/10/', DAY)).toBe('none');
  expect(visitFolder('flows/', DAY)).toBe('some');
});
