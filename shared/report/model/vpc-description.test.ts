import { describe, expect, test } from '@jest/globals';
import { mergeDescriptions, readDescription } from './vpc-description.ts';

describe('descriptions of a network', () => {
  test('are merged part by part, and a part in none of them stays absent', () => {
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
