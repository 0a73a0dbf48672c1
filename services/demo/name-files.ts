import { gzipSync } from 'node:zlib';
import type { FolderBucket } from '../local-aws/folder-bucket.ts';
import { asnDatabase } from './asn-database.ts';
import { podList } from './cluster.ts';
import type { Talk } from './exchanges.ts';
import { queryLog } from './query-log.ts';
import type { StoryClock } from './story-clock.ts';
import type { NameFile, Traffic } from './traffic.ts';

/** The resolver delivers its logs, and a cron job lists the pods, this often. */
const NAMES_EVERY_MS = 300_000;

/**
 * What is put into the archive at a time (Unix ms): whose addresses are, the list of pods, and the queries of the minutes
 * before.
 */
export function nameFiles(talks: readonly Talk[], vpcId: string, at: number): NameFile[] {
  const from = at - NAMES_EVERY_MS;
  const [date = '', time = ''] = new Date(at).toISOString().split(/[TZ]/);
  const day = date.replaceAll('-', '/');
  const minute = new Date(from).toISOString().slice(0, 16).replace(/[-:]/g, '');
  const folder = `dns/AWSLogs/123456789012/vpcdnsquerylogs/${vpcId}/${day}`;
  return [
    { key: 'names/asn.mmdb', bytes: asnDatabase() },
    {
      key: `names/pods/${day}/${time.slice(0, 5).replace(':', '-')}.json.gz`,
      bytes: gzipSync(podList(at)),
    },
    {
      key: `${folder}/${vpcId}_vpcdnsquerylogs_123456789012_${minute}Z_0a1b2c3d.log.gz`,
      bytes: gzipSync(queryLog(talks, vpcId, from)),
    },
  ];
}

/** Where and when the files of a story's traffic are put. */
interface NamesParts {
  readonly clock: StoryClock;
  readonly traffic: Traffic;
  readonly bucket: FolderBucket;
}

/** Puts the files into the archive, again and again as long as there is traffic. */
export function putNames(
  parts: NamesParts,
  hasTraffic: () => boolean,
  at = parts.traffic.start,
): void {
  const { clock, traffic, bucket } = parts;
  if (traffic.nameFiles === undefined) return;
  clock.at(at, async () => {
    if (!hasTraffic()) return;
    for (const { key, bytes } of traffic.nameFiles?.(at) ?? []) await bucket.put(key, bytes);
    putNames(parts, hasTraffic, at + NAMES_EVERY_MS);
  });
}
