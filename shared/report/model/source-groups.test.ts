import { describe, expect, test } from '@jest/globals';
import { reportOn } from '../../../tests/reporter/story.ts';

/** Clients with their bytes, all talking to one peer. */
function reportOf(clients: readonly (readonly [string, number])[], network = {}, top = 10) {
  const lines = clients.map(([client, bytes]) => `${client} 203.0.113.5 60 119 ${bytes}`);
  return reportOn(['srcaddr dstaddr start end bytes', ...lines].join('\n'), { network, top });
}

/** As many clients in each subnet, with as many bytes each. */
function even(subnets: readonly string[], clients: number): [string, number][] {
  return subnets.flatMap((subnet) =>
    Array.from({ length: clients }, (_, host): [string, number] => [`${subnet}.${host + 1}`, 10]),
  );
}

function named(clients: readonly (readonly [string, number])[], nameOf: (index: number) => string) {
  return {
    NetworkInterfaces: clients.map(([PrivateIpAddress], index) => ({
      NetworkInterfaceId: `eni-${index}`,
      PrivateIpAddress,
      TagSet: [{ Key: 'Name', Value: nameOf(index) }],
    })),
  };
}

const SUBNETS = ['10.20.0', '10.20.1', '10.20.2', '10.20.3'];

describe('colours tell apart', () => {
  test('the heaviest sources, when they have much of the bytes', () => {
    const { sourceGroups, sources } = reportOf([
      ['10.0.0.1', 100],
      ['10.0.0.2', 50],
      ...even(['10.0.1'], 12),
    ]);
    expect(sourceGroups.by).toBe('source');
    expect(sourceGroups.groups).toHaveLength(5);
    expect(sourceGroups.groups[0]).toEqual({
      label: '10.0.0.1',
      sources: 1,
      bytes: 100,
      share: 100 / 270,
    });
    expect(sources.rows.slice(0, 6).map(({ group }) => group)).toEqual([0, 1, 2, 3, 4, undefined]);
  });

  test('address blocks of many even sources, each source in that of its subnet', () => {
    const { sourceGroups, sources, timeline, links } = reportOf(even(SUBNETS, 20));
    expect(sourceGroups).toMatchObject({ by: 'block' });
    expect(sourceGroups.groups.map(({ label, share }) => [label, share])).toEqual(
      SUBNETS.map((subnet) => [`${subnet}.0/24 (20 sources)`, 0.25]),
    );
    expect(timeline?.series.map(({ label }) => label)).toEqual(
      sourceGroups.groups.map(({ label }) => label),
    );
    expect(links.sources.map(({ from, group, bytes }) => [from, group, bytes])).toEqual(
      sourceGroups.groups.map(({ label, bytes }, group) => [label, group, bytes]),
    );
    for (const { address, group = -1 } of sources.rows) {
      expect(sourceGroups.groups[group]?.label).toContain(address.replace(/\d+$/, '0/24'));
    }
  });

  test('larger blocks where every source has a small one of its own', () => {
    const clients = Array.from({ length: 64 }, (_, index): [string, number] => [
      `10.20.${index * 4}.7`,
      10,
    ]);
    const { groups } = reportOf(clients).sourceGroups;
    expect(groups.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['10.20.0.0/20 (4 sources)']),
    );
  });

  test('subnets of IPv6', () => {
    const clients = ['a', 'b', 'c'].flatMap((subnet) =>
      Array.from({ length: 10 }, (_, host): [string, number] => [
        `2001:db8:0:${subnet}::${host + 1}`,
        10,
      ]),
    );
    const { groups } = reportOf(clients).sourceGroups;
    expect(groups.map(({ label }) => label)).toEqual(
      ['a', 'b', 'c'].map((subnet) => `2001:db8:0:${subnet}::/64 (10 sources)`),
    );
  });

  test('what names begin with, before addresses', () => {
    const clients = even(SUBNETS, 20);
    const kinds = ['web', 'etl-worker', 'api'];
    const network = named(clients, (index) => `${kinds[index % 3]}-${Math.floor(index / 3)}`);
    const { by, groups } = reportOf(clients, network).sourceGroups;
    expect(by).toBe('name');
    expect(groups.map(({ label }) => label).sort()).toEqual([
      'api (26 sources)',
      'etl-worker (27 sources)',
      'web (27 sources)',
    ]);
  });

  test('availability zones where they are described', () => {
    const Subnets = SUBNETS.map((subnet, index) => ({
      SubnetId: `subnet-${index}`,
      CidrBlock: `${subnet}.0/24`,
      AvailabilityZone: `us-east-1${'ab'[index % 2]}`,
    }));
    const { by, groups } = reportOf(even(SUBNETS, 20), { Subnets }).sourceGroups;
    expect(by).toBe('zone');
    expect(groups.map(({ label }) => label)).toEqual([
      'us-east-1a (40 sources)',
      'us-east-1b (40 sources)',
    ]);
  });

  test('no groups of which one has nearly everything', () => {
    const clients = even(['10.20.0'], 60);
    const network = named(clients, () => 'web');
    expect(reportOf(clients, network).sourceGroups.by).toBe('source');
  });
});
