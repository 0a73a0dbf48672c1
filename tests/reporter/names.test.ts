import { describe, expect, test } from '@jest/globals';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { exchangeWriter } from '../../shared/flowlog/nat-exchange.ts';
import { mergeNames } from '../../shared/names/claim.ts';
import { readNames } from '../../shared/names/read-names.ts';
import { Tenures } from '../../shared/names/tenures.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { readDescription } from '../../shared/report/model/vpc-description.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { Random } from '../fuzz/random.ts';
import { ClusterWorld } from './cluster-world.ts';
import { reportOn } from './story.ts';

const ALL = 10_000;
const GATEWAY = {
  address: '10.40.0.250',
  values: {
    version: 5,
    'account-id': '123456789012',
    'interface-id': 'eni-0a1',
    'vpc-id': 'vpc-0c1',
  },
};

/** The lines of what was sent, and its bytes by address and by who it was. */
function recorded(world: ClusterWorld, random: Random) {
  const write = exchangeWriter(RECORDING_FORMAT, GATEWAY);
  const lines = [RECORDING_FORMAT.join(' ')];
  const expected = new Map<string, number>();
  for (const [index, { address, who = '-', from, until }] of world.sent.entries()) {
    for (let start = from; start <= until; start += 60) {
      const [up, down] = [10, random.below(who === '-' ? 500 : 100_000)];
      const ports = { clientPort: 20_000 + index, gatewayPort: 20_000 + index, peerPort: 443 };
      lines.push(
        ...write({
          ...{ client: address, peer: '198.51.100.9', service: '-', tcpFlags: 0 },
          ...{ start, end: Math.min(start + 59, until), ...ports },
          ...{ up: { bytes: up, packets: 1 }, down: { bytes: down, packets: 1 } },
        }),
      );
      const key = `${address} ${who}`;
      expected.set(key, (expected.get(key) ?? 0) + up + down);
    }
  }
  return { text: `${lines.join('\n')}\n`, expected };
}

function reportOf(world: ClusterWorld, text: string): Report {
  const { claims, pods } = mergeNames(world.podLists.map((list) => readNames(list, 'pods')));
  const network = readDescription(world.description, 'vpc');
  return reportOn(text, { network, pods, top: ALL }, { tenures: new Tenures(claims) });
}

describe.each(Array.from({ length: 5 }, (_, seed) => seed + 1))('a cluster, seed %i', (seed) => {
  const random = new Random(seed);
  const world = new ClusterWorld(random);
  const { text, expected } = recorded(world, random);
  const report = reportOf(world, text);

  test('has each byte under the name of what sent it, also where an address changed hands', () => {
    const found = new Map<string, number>();
    for (const { address, name, bytes } of report.sources.rows) {
      const key = `${address} ${name ?? '-'}`;
      found.set(key, (found.get(key) ?? 0) + bytes);
    }
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    expect(report.naming?.sources?.share).toBeGreaterThan(0.99);
    expect(report.naming?.sources?.share).toBeLessThan(1);
  });

  test('lists the pods that each node may stand for, and leaves their bytes undivided', () => {
    expect(report.hiddenPods).toHaveLength(4);
    for (const { address, owners } of report.hiddenPods ?? []) {
      const counts = new Map(owners.map(({ namespace = '', pods }) => [namespace, pods]));
      expect(counts).toEqual(world.hiddenOn(address));
    }
  });
});

test('every output has the names, and says what is behind a node', () => {
  const random = new Random(1);
  const world = new ClusterWorld(random);
  const report = { ...reportOf(world, recorded(world, random).text) };
  expect(renderText(report)).toMatch(/^BEHIND THE NODES$/m);
  for (const output of [renderText(report), renderHtml(report)]) {
    expect(output).toContain('ecs/shop-0');
    expect(output).toContain('AWS_VPC_K8S_CNI_EXTERNALSNAT=true');
    expect(output).toMatch(/\d\d\.\d% of the bytes are of sources with a name or an id/);
  }
  expect(JSON.parse(renderJson(report)).hiddenPods).toHaveLength(4);
  expect(renderText(report)).toMatch(
    /of node node-1 \(10\.40\.8\.11\) may be those of any of its \d+ pods: /,
  );
  expect(renderCsv(report)).toMatch(/^sources,10\.40\.1\.2,,(pay|search|etl)\/app-0-1/m);
});
