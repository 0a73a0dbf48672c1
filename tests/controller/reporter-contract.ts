import { text } from 'node:stream/consumers';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { archive } from '../../shared/aws/archive.ts';
import { gatewayBytes } from '../../shared/aws/gateway-bytes.ts';
import { type Objects, openObjects } from '../../shared/aws/objects.ts';
import { describeVpcs } from '../../shared/aws/vpc-description.ts';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import { type NamesOf, namesOf } from '../../shared/report/model/names.ts';
import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import type { Place } from './aws-contract.ts';
import { MINUTE } from './sample-watch.ts';

const TEN = Date.UTC(2026, 10, 22, 10);
const FILES = { html: '<p>Grüße & 東京</p>', json: '{"a":1}' };
const ID = 'nat-1-20261122T101430Z-1';

/** The contract of the reporter's adapters, checked as in `describeAdapters`. */
export function describeReporterAdapters(name: string, start: () => Promise<Place>): void {
  describe(`the reporter's adapters on ${name}`, () => {
    let place: Place;
    let objects: Objects;
    let stored: ReturnType<typeof archive>;

    beforeAll(async () => {
      place = await start();
      process.env['AWS_ENDPOINT_URL_S3'] = place.endpoint;
      process.env['AWS_REGION'] = 'us-east-1';
      process.env['AWS_ACCESS_KEY_ID'] = 'local';
      process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
      objects = await openObjects();
      stored = archive(objects, place.bucket);
    });
    afterAll(async () => await place.stop());

    test('the resources of a VPC are described with the names of the SDK', async () => {
      const described = await describeVpcs(new EC2Client(connection(place.endpoint)));
      for (const [part, items] of Object.entries(place.network)) {
        expect(items).not.toEqual([]);
        expect(described).toMatchObject({ [part]: like(items) });
      }
      const [instance] = place.network.Reservations?.[0]?.Instances ?? [];
      const whose: NamesOf = namesOf(described as VpcDescription);
      expect(whose(instance?.PrivateIpAddress ?? '')).toMatchObject({
        id: instance?.InstanceId,
        name: 'worker',
        labels: { kind: 'instance', 'tag:Name': 'worker' },
      });
    });

    test('the metrics of a gateway are returned minute by minute, without the end of the range', async () => {
      const cloudWatch = new CloudWatchClient(connection(place.endpoint));
      for (const n of [0, 1, 2, 3]) {
        const metered = { BytesInFromSource: 2 ** 40 + n, BytesInFromDestination: 10 * n };
        await place.meter({ gatewayId: place.gatewayId, at: TEN + n * MINUTE, ...metered });
      }
      const ask = (id: string) =>
        gatewayBytes(cloudWatch, id, new Date(TEN + MINUTE), new Date(TEN + 3 * MINUTE));
      const { periodSeconds, points } = readMetrics(await ask(place.gatewayId));
      expect(periodSeconds).toBe(60);
      expect(points).toEqual([
        { time: TEN / 1000 + 60, bytes: 2 ** 40 + 11 },
        { time: TEN / 1000 + 120, bytes: 2 ** 40 + 22 },
      ]);
      expect(readMetrics(await ask('nat-00000000000000000')).points).toEqual([]);
    });

    test('a stored report can be read, opened by its link, and replaced', async () => {
      await stored.storeReport(ID, { html: 'old', json: '{}' });
      await stored.storeReport(ID, FILES);
      expect(await stored.report(ID, 'html')).toBe(FILES.html);
      expect(await stored.report(ID, 'json')).toBe(FILES.json);
      const page = await fetch(await stored.link(ID));
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await page.text()).toBe(FILES.html);
      expect(await stored.report('nat-1-20261122T101430Z-2', 'json')).toBeUndefined();
    });

    test('all recordings with a report are listed in the order of their ids', async () => {
      const ids = [6, 3, 5, 4, 2].map((n) => `nat-1-20261122T101430Z-${n}`);
      for (const id of ids) await stored.storeReport(id, FILES);
      const found: string[] = [];
      for await (const id of stored.reports()) found.push(id);
      expect(found).toEqual([ID, ...ids.toSorted()]);
    });

    test('the lines of a time range are read from the folders of its hours only', async () => {
      const write = (key: string) => objects.write({ bucket: place.bucket, key }, '', key);
      const keys = [
        'flows/2026/11/22/10/n-1-2026-11-22-10-59-59-a b+c&d',
        'flows/2026/11/22/11/n-1-2026-11-22-11-00-00-x.gz',
      ];
      const others = [
        'flows/2026/11/22/10/n-1-2026-11-22-10-29-59-early',
        'flows/2026/11/22/11/n-1-2026-11-22-11-30-00-late',
        'flows/2026/11/22/12/n-1-2026-11-22-11-00-00-elsewhere',
      ];
      await Promise.all([...keys, ...others].map(write));
      const read: string[] = [];
      const [since, until] = [new Date(TEN + 30 * MINUTE), new Date(TEN + 90 * MINUTE)];
      for await (const { pieces } of stored.lines(since, until)) read.push(await text(pieces));
      expect(read).toEqual(keys);
    });

    test('an object can be deleted, and deleting it again is no error', async () => {
      const name = { bucket: place.bucket, key: `reports/${ID}/report.json` };
      await objects.remove(name);
      await objects.remove(name);
      expect(await objects.read(name)).toBeUndefined();
    });

    test('a missing bucket is a refusal', async () => {
      const { report, reports } = archive(objects, 'another-account');
      const refusal = {
        refused: true,
        message: expect.stringContaining('there is no such bucket'),
      };
      await expect(report(ID, 'json')).rejects.toMatchObject(refusal);
      await expect(reports().next()).rejects.toMatchObject(refusal);
    });
  });
}

/** Matches an object that has at least these members. */
function like(value: unknown): unknown {
  if (Array.isArray(value)) return expect.arrayContaining(value.map(like));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, like(member)]);
  return expect.objectContaining(Object.fromEntries(members));
}
