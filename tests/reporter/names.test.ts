import { describe, expect, test } from '@jest/globals';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { Random } from '../fuzz/random.ts';
import { clusterReport, recorded } from './cluster-report.ts';
import { ClusterWorld } from './cluster-world.ts';

describe.each(Array.from({ length: 5 }, (_, seed) => seed + 1))('a cluster, seed %i', (seed) => {
  const random = new Random(seed);
  const world = new ClusterWorld(random);
  const { text, expected } = recorded(world, random);
  const report = clusterReport(world, text);

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
  const report = { ...clusterReport(world, recorded(world, random).text) };
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
