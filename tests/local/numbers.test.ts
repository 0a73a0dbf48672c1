import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { FolderBucket } from '../../services/local/archive.ts';
import type { Outcome } from '../../services/local/outcome.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { size } from '../../shared/report/words.ts';
import { openFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';
import { type Told, tell } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();
const COLUMN = (name: string) => RECORDING_FORMAT.indexOf(name);

/** The client's side of the gateway, where the packet's address is another than the interface's: by hand. */
async function bytesInArchive({ out }: Told): Promise<{ lines: number; bytes: bigint }> {
  const files = await new FolderBucket(join(out, 'archive')).files('flows');
  const texts = files.map((file) => gunzipSync(readFileSync(file)).toString());
  const lines = texts.join('').trimEnd().split('\n');
  let bytes = 0n;
  for (const line of lines) {
    const values = line.split(' ');
    const at = (name: string) => values[COLUMN(name)] ?? '';
    const isOurs = at('srcaddr') !== at('pkt-srcaddr') || at('dstaddr') !== at('pkt-dstaddr');
    if (at('log-status') === 'OK' && isOurs) bytes += BigInt(at('bytes'));
  }
  return { lines: lines.length, bytes };
}

test.concurrent('terminal, mail, JSON, page, collector and archive agree to the byte', async () => {
  const told = await tell(folder.path, '--connections', '60');
  const read = (name: string) => readFileSync(join(told.out, name), 'utf8');
  const archive = await bytesInArchive(told);
  const story: Outcome = JSON.parse(read('story.json'));
  const report = JSON.parse(read('report.json'));
  const bytes = Number(archive.bytes);
  expect(told.code).toBe(0);
  expect(bytes).toBeGreaterThan(30 * 2 ** 30);
  expect(story).toMatchObject({
    faults: [],
    records: { delivered: archive.lines },
    archive: { records: archive.lines },
    exported: { bytes },
    collector: { bytes, flows: story.exported.flows },
    report: { bytes, flows: story.exported.flows },
  });
  expect(report).toMatchObject({
    totals: { bytes, flows: story.exported.flows },
    records: { read: archive.lines, ok: story.records.ok, skipdata: story.records.skipdata },
    gateway: { id: 'nat-0c11aa22bb33cc44d', name: 'prod-egress-a' },
  });
  expect(report.reconciliation.percent).toBeGreaterThan(95);
  expect(told.stdout).toContain(`reporter    ${size(bytes)} (${bytes} bytes), `);
  expect(told.stdout).toContain(`archive out ${archive.lines.toLocaleString('en-US')} in`);
  expect(read('mail-finished.txt')).toContain(`for ${size(bytes)} in 13 min`);
  expect(read('report.html')).toContain(`<data id="total-bytes" value="${bytes}">`);
});

test.concurrent('mail and report give who, to what, the cost and what would stop it', async () => {
  const { out, stdout } = await tell(
    folder.path,
    '--connections',
    '60',
    '--scenario',
    'long-spike',
  );
  const mail = readFileSync(join(out, 'mail-finished.txt'), 'utf8');
  expect(mail).toMatch(
    /^Subject: \[natflow\] prod-egress-a: \d\d\.\d% by 10\.20\.3\.41 \(etl-worker-7\) to S3/,
  );
  expect(mail).toContain('--service-name com.amazonaws.us-east-1.s3 --route-table-ids rtb-');
  expect(mail).toContain('Recordings left: 9 of 10.');
  expect(stdout).toMatch(/^ {2}who {8}10\.20\.3\.41 etl-worker-7 {2}[\d.]+ GiB {2}\d\d\.\d%$/m);
  expect(stdout).toMatch(
    /^ {2}cost {7}\$[\d.]+ in \d min \d+ s = \$[\d.]+\/day; a free S3 \+ DynamoDB gateway endpoint saves/m,
  );
});
