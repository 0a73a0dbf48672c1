import { describe, expect, test } from '@jest/globals';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import { mergeDescriptions, readDescription } from '../../shared/report/model/vpc-description.ts';

describe('an answer of CloudWatch', () => {
  const result = (more: object = {}) => ({
    Id: 'a',
    Label: 'BytesInFromSource',
    Timestamps: ['2026-11-22T10:15:00Z', '2026-11-22T10:14:00Z'],
    Values: [5, 7],
    ...more,
  });

  test.each([
    [null, 'x.json is null, an object was expected'],
    [{}, 'x.json: MetricDataResults is missing'],
    [{ MetricDataResults: [] }, 'x.json: MetricDataResults is a list, a list that is not empty'],
    [{ MetricDataResults: [null] }, 'x.json: MetricDataResults.0 is null, an object was expected'],
    [
      { MetricDataResults: [result({ Values: [1] })] },
      'x.json: MetricDataResults.0 is an object, one with as many Values as Timestamps',
    ],
    [
      { MetricDataResults: [result({ Timestamps: ['2026-11-22T10:15:00Z', 'x'] })] },
      'x.json: MetricDataResults.0.Timestamps.1 is "x", a time was expected',
    ],
    [
      { MetricDataResults: [result({ Timestamps: [1, 1e300] })] },
      'x.json: MetricDataResults.0.Timestamps.1 is 1e+300, a time was expected',
    ],
    [
      { MetricDataResults: [result({ Values: ['1', 2] })] },
      'x.json: MetricDataResults.0.Values.0 is "1", a number was expected',
    ],
    [
      { MetricDataResults: [result({ Label: 'a' }), result({ Label: 'b' })] },
      'x.json: MetricDataResults is a list, one with a result named BytesInFromSource',
    ],
  ])('%j are refused', (answer, reason) => {
    expect(() => readMetrics(answer, 'x.json')).toThrow(reason);
  });
});

describe('descriptions of a network', () => {
  test('add up part by part, and a part that is in none stays absent', () => {
    const merged = mergeDescriptions([{ Subnets: [{}] }, { Subnets: [{}], NatGateways: [] }]);
    expect(merged).toEqual({ Subnets: [{}, {}], NatGateways: [] });
  });

  test.each<[unknown, string]>([
    [null, 'vpc.json is null, an object was expected'],
    [[], 'vpc.json is an object, an object with one of VpcEndpoints, RouteTables, '],
    [{ Vpcs: [] }, 'vpc.json is an object, an object with one of VpcEndpoints, RouteTables, '],
    [{ Subnets: {} }, 'vpc.json: Subnets is an object, a list was expected'],
    [{ Subnets: [null] }, 'vpc.json: Subnets.0 is null, an object was expected'],
    [{ Subnets: [{ CidrBlock: 5 }] }, 'vpc.json: Subnets.0.CidrBlock is 5, a text was expected'],
    ...['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '::/0', 'x'].map(
      (block): [unknown, string] => [
        { Subnets: [{ CidrBlock: block }] },
        `vpc.json: Subnets.0.CidrBlock is "${block}", a block such as 10.0.0.0/16 was expected`,
      ],
    ),
    [
      { RouteTables: [{ Associations: [{ Main: 'yes' }] }] },
      'vpc.json: RouteTables.0.Associations.0.Main is "yes", true or false was expected',
    ],
    [
      { Reservations: [{ Instances: [{ Tags: [{ Key: 'Name', Value: null }] }] }] },
      'vpc.json: Reservations.0.Instances.0.Tags.0.Value is null, a text was expected',
    ],
  ])('%j is refused', (description, sentence) => {
    expect(() => readDescription(description, 'vpc.json')).toThrow(sentence);
  });
});
