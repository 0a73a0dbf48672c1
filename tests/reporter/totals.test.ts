import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FORMAT } from '../../shared/flowlog/format.ts';
import type { Outcome } from '../../shared/flowlog/source.ts';
import { synthesize } from '../../shared/flowlog/synth.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { flowLogFixtures, textOf } from '../support/fixtures.ts';
import { describeWithPeerData, PEER_DATA, readJsonLines } from '../support/peer-data.ts';
import { judge } from './plain-gateways.ts';
import { reportOn } from './story.ts';

interface Expected {
  readonly file: string;
  readonly totals: Record<string, number | string>;
  readonly accept?: unknown;
}

/** A flow of the text. This oracle shares no code with the product. */
type Line = Readonly<Record<string, string>>;

function linesOf(text: string): Line[] {
  let names: readonly string[] = DEFAULT_FORMAT;
  const lines: Line[] = [];
  for (const row of text.replace('\ufeff', '').split('\n')) {
    const values = row.trim().split(/\s+/);
    if (values.includes('srcaddr')) names = values;
    else if (values.length === names.length) {
      lines.push(Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])));
    }
  }
  const isFlow = (line: Line) => line['srcaddr'] !== '-' && (line['log-status'] ?? 'OK') === 'OK';
  return lines.filter(isFlow);
}

const number = (text = '0') => (text === '-' ? 0n : BigInt(text));
const sum = (lines: readonly Line[], field: string) =>
  lines.reduce((total, line) => total + number(line[field]), 0n).toString();

const hasValue = ([, value]: readonly [string, string]) => value !== '-';

/** The lines that count: the translated ones of NAT gateways, if there are any. */
function counted(lines: readonly Line[]): readonly Line[] {
  const judged = judge(lines.map((line) => new Map(Object.entries(line).filter(hasValue))));
  const leg = lines.filter((_, index) => judged[index]?.isThrough);
  return leg.length > 0 ? leg : lines;
}

function compare(report: Report, all: readonly Line[]): void {
  const lines = counted(all);
  const refused = lines.filter((line) => line['action'] === 'REJECT');
  const { totals } = report;
  expect(totals.flows).toBe(lines.length);
  expect(String(totals.bytes)).toBe(sum(lines, 'bytes'));
  expect(String(totals.packets)).toBe(sum(lines, 'packets'));
  expect(totals.rejected.flows).toBe(refused.length);
  expect(String(totals.rejected.bytes)).toBe(sum(refused, 'bytes'));
}

/** Checks that every table with its others, both directions and the timeline have the same sums. */
function addUp(report: Report): void {
  const { forwarded, upload, download, rejected, flows, bytes } = report.totals;
  const total = Number(forwarded.bytes);
  expect(Number(upload.bytes) + Number(download.bytes)).toBe(total);
  expect(total + Number(rejected.bytes)).toBe(Number(bytes));
  expect(upload.flows + download.flows + rejected.flows).toBe(flows);
  for (const table of [report.sources, report.services, report.destinations, report.ports]) {
    const rows = [...table.rows, table.others];
    expect(rows.reduce((all, row) => all + row.bytes, 0)).toBe(total);
    expect(rows.reduce((all, row) => all + row.flows, 0)).toBe(forwarded.flows);
    expect(rows.reduce((all, row) => all + row.upload, 0)).toBe(Number(upload.bytes));
  }
  const { timeline, records } = report;
  // Beyond 2^53, bytes are exact as text, but the numbers of a timeline are rounded.
  if (timeline && typeof bytes === 'number') {
    expect(timeline.total.reduce((all, each) => all + each, 0)).toBe(total);
    const series = timeline.series.flatMap((each) => each.bytes);
    expect(series.reduce((all, each) => all + each, 0)).toBe(total);
  }
  const { ok, nodata, skipdata, nonflow, malformed, read } = records;
  expect(ok + nodata + skipdata + nonflow + malformed).toBe(read);
}

describe('the totals of every fixture equal the sums of the lines in its JSON file', () => {
  test.each(flowLogFixtures())('$file', async ({ bytes, format, lines }) => {
    const report = reportOn(`${format ?? ''}\n${await textOf(bytes)}`);
    const flows = lines.filter(({ outcome }) => outcome === 'flow');
    compare(
      report,
      flows.map(({ fields }) =>
        Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, `${value ?? '-'}`]),
        ),
      ),
    );
    addUp(report);
    const { ok, nodata, skipdata, nonflow, malformed, read } = report.records;
    const count = (kind: Outcome) => lines.filter(({ outcome }) => outcome === kind).length;
    expect({ flow: ok, nodata, skipdata, nonflow, malformed, read }).toEqual({
      flow: flows.length,
      nodata: count('nodata'),
      skipdata: count('skipdata'),
      nonflow: count('nonflow'),
      malformed: count('malformed'),
      read: lines.length,
    });
  });
});

describeWithPeerData('the totals of every file are those of an independent count', () => {
  const folder = new URL('flowlogs/', PEER_DATA);
  const files = readJsonLines<Expected>('flowlogs.jsonl');
  test.each(files)('$file', ({ file, totals }) => {
    const bytes = readFileSync(new URL(file, folder));
    const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    const report = reportOn(text);
    compare(report, linesOf(text.toString()));
    addUp(report);
    const { records } = report;
    expect({ ...records, flow: records.ok }).toMatchObject({
      flow: totals['flow'],
      nodata: totals['nodata'],
      skipdata: totals['skipdata'],
      nonflow: totals['nonflow'],
      malformed: totals['malformed'],
    });
    if (report.legs === 'all') expect(String(report.totals.bytes)).toBe(totals['bytes']);
  });

  test('no file is left out', () => {
    expect(files.map(({ file }) => file).sort()).toEqual(readdirSync(folder).sort());
  });
});

describe('synthetic lines', () => {
  const flows = process.env['NATFLOW_LONG'] === undefined ? 20_000 : 1_000_000;
  const text = [...synthesize({ flows, seed: 7 })].join('');
  const report = reportOn(text, { top: 50 });

  test('add up to an independent count', () => {
    compare(report, linesOf(text));
    addUp(report);
    expect(report.records.ok).toBe(flows);
  });

  test('have the bytes of an independent count for each client, service and direction', () => {
    const lines = counted(linesOf(text));
    const up = lines.filter((line) => line['flow-direction'] === 'ingress');
    const down = lines.filter((line) => line['flow-direction'] === 'egress');
    const clients = new Set([...group(up, 'srcaddr').keys(), ...group(down, 'dstaddr').keys()]);
    const services = [...group(up, 'pkt-dst-aws-service')];
    const download = group(down, 'pkt-src-aws-service');
    const both = services.map(
      ([name, bytes]) => [name, bytes + (download.get(name) ?? 0)] as const,
    );

    const [sent, received] = [group(up, 'srcaddr'), group(down, 'dstaddr')];
    for (const row of report.sources.rows) {
      expect(row.upload).toBe(sent.get(row.address));
      expect(row.download).toBe(received.get(row.address));
    }
    expect(report.sources.rows.length + report.sources.others.count).toBe(clients.size);
    expect(report.services.rows.map(({ service, bytes }) => [service ?? '-', bytes])).toEqual(
      both.toSorted(([, a], [, b]) => b - a),
    );
  });
});

function group(lines: readonly Line[], field: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const key = line[field] ?? '';
    sums.set(key, (sums.get(key) ?? 0) + Number(line['bytes']));
  }
  return sums;
}

const NAT_EXAMPLE = [
  'instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport bytes',
  '- eni-1 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 40000 443 100',
  '- eni-1 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 50000 443 100',
  '- eni-1 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220 443 50000 5000',
  '- eni-1 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5 443 40000 5000',
].join('\n');

describe('legs', () => {
  test('the four lines of one exchange are one upload and one download', () => {
    const { totals, legs, sources } = reportOn(NAT_EXAMPLE);
    expect(legs).toBe('private');
    expect(totals.upload).toEqual({ flows: 1, bytes: 100, packets: 0 });
    expect(totals.download).toEqual({ flows: 1, bytes: 5000, packets: 0 });
    expect(sources.rows.map(({ address }) => address)).toEqual(['10.0.1.5']);
  });

  test('all four or the two translated lines count on request', () => {
    expect(reportOn(NAT_EXAMPLE, {}, { legs: 'all' }).totals).toMatchObject({ bytes: 10_200 });
    expect(reportOn(NAT_EXAMPLE, {}, { legs: 'public' }).totals).toMatchObject({ bytes: 5100 });
  });

  test('lines before the proof count as those after it', () => {
    const [header = '', ...lines] = NAT_EXAMPLE.split('\n');
    const turned = [header, ...lines.toReversed(), lines[1]].join('\n');
    expect(reportOn(turned).totals).toMatchObject({ flows: 2, bytes: 5100 });
    expect(reportOn(turned).records.otherLeg).toBe(3);
  });

  test('a regional gateway is read by direction and private side', () => {
    const text = [
      'interface-id resource-id srcaddr dstaddr flow-direction bytes',
      '- nat-1 10.0.1.5 203.0.113.5 ingress 100',
      '- nat-1 198.51.100.1 203.0.113.5 egress 100',
      '- nat-1 203.0.113.5 198.51.100.1 ingress 5000',
      '- nat-1 203.0.113.5 10.0.1.5 egress 5000',
    ].join('\n');
    const { totals, gateway } = reportOn(text);
    expect(totals).toMatchObject({ upload: { bytes: 100 }, download: { bytes: 5000 } });
    expect(gateway.interfaces).toEqual(['nat-1']);
  });

  test('one of several gateways can be selected', () => {
    const text = `${NAT_EXAMPLE}\n${NAT_EXAMPLE.split('\n').slice(1).join('\n').replaceAll('eni-1', 'eni-2')}`;
    const { totals, records } = reportOn(text, {}, { gateway: new Set(['eni-2']) });
    expect(totals.bytes).toBe(5100);
    expect(records.otherGateway).toBe(4);
  });
});

test('counters beyond 2^53 add up exactly', () => {
  const text = `srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 18446744073709551615\n10.0.0.1 1.1.1.1 2\n`;
  expect(reportOn(text).totals.bytes).toBe('18446744073709551617');
});

test('lines without service fields are not reported as traffic outside AWS', () => {
  const { services } = reportOn('srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 5\n');
  expect(services.rows.map(({ service }) => service)).toEqual([undefined]);
});
