import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { FlowCollector } from '../shared/collector/collect-flows.ts';
import type { DataRecord, Packet, Value } from '../shared/collector/decode/packet.ts';
import { Decoder } from '../shared/collector/decode.ts';
import { elementOf, scopeNameOf } from '../shared/collector/element-names.ts';
import { FlowLogParser } from '../shared/flowlog/parser.ts';
import { optionsDataOf } from '../shared/netflow/options.ts';
import { type CaptureFixture, captureFixtures, flowLogFixtures } from './support/fixtures.ts';
import { newExporter } from './support/new-exporter.ts';
import { readPcap } from './support/pcap.ts';
import { describeWithPeerData, PEER_DATA, readJsonLines } from './support/peer-data.ts';

type Json = Record<string, unknown>;

function payloadsOf(path: string): Uint8Array[] {
  const file = readFileSync(new URL(path, PEER_DATA));
  return path.endsWith('.pcap') ? readPcap(file).map(({ payload }) => payload) : [file];
}

/** The other decoder writes `ie201` for elements without a name, and v9 scopes with the top bit set. */
function ourName(name: string): string {
  const id = Number(/^ie(\d+)$/.exec(name)?.[1]);
  if (Number.isNaN(id)) return name;
  return id >= 0x8000 ? scopeNameOf(id - 0x8000) : (elementOf(id)?.name ?? name);
}

function renamed(record: Json): Json {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [ourName(name), value]));
}

/** In JSON, integers above 2^53-1 are decimal text. */
const asJson = (value: Value) => (typeof value === 'bigint' ? String(value) : value);

function flat({ options, values, startMs, endMs }: DataRecord): Json {
  return {
    ...(options && { options }),
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asJson(value)])),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
  };
}

function headerAndSets(packet: Packet, octets: number): Json {
  const templates = packet.templates.map(({ id, options, scope, fields }) => ({
    id,
    ...(options && { options, scope }),
    fields: fields.map(({ id, length, pen }) => [id, length, ...(pen === undefined ? [] : [pen])]),
  }));
  const structure = packet.header?.version !== 5 && { sets: packet.sets, templates };
  const seen = packet.header?.version === 9 && { seenRecords: packet.seenRecords };
  return { length: octets, ...packet.header, ...structure, ...seen };
}

function expectDecoded(packet: Packet, octets: number, expected: Json): void {
  const { file: _, records, error, ...rest } = expected as Json & { records: Json[] };
  expect(headerAndSets(packet, octets)).toEqual(rest);
  expect(packet.records.map(flat)).toEqual(records.map(renamed));
  expect(packet.error !== undefined).toBe(error !== undefined);
}

/** The packets of this exporter for these flow logs, one after the other. */
function exported({ version, domain, now, logs }: NonNullable<CaptureFixture['exporter']>) {
  const options = optionsDataOf(() => Uint8Array.of(10, 9, 9, 9));
  // The captures have the templates in their first packet only.
  const settings = { version, domain, now: () => now, options, templateFirstPackets: 1 };
  const exporter = newExporter(settings);
  for (const log of logs) {
    const parser = new FlowLogParser({
      onFlow: (flow) => {
        exporter.nameInterface(flow.interfaceIndex, parser.interfaceName);
        exporter.add(flow);
      },
    });
    parser.write(flowLogFixtures().find(({ file }) => file === log)?.bytes ?? Buffer.from(''));
    parser.end();
  }
  return exporter.finish().map(({ bytes }) => Buffer.from(bytes).toString('hex'));
}

describe('captures', () => {
  const captures = captureFixtures();

  test.each(captures)('$file is decoded as in the JSON file beside it: $what', (capture) => {
    const payloads = readPcap(capture.bytes).map(({ payload }) => payload);
    const decoder = new Decoder();
    expect(payloads).toHaveLength(capture.datagrams.length);
    for (const [i, payload] of payloads.entries()) {
      const packet = decoder.decode(payload, 'exporter');
      expectDecoded(packet, payload.length, capture.datagrams[i] ?? {});
    }
  });

  const shown = captures.flatMap(({ file, bytes, flows }) =>
    flows ? [{ file, bytes, flows }] : [],
  );
  test.each(shown)('the flows of $file are shown as in the JSON file', ({ bytes, flows }) => {
    const collector = new FlowCollector();
    const taken = readPcap(bytes).map(({ payload }) => collector.take(payload, 'exporter', 0));
    expect(taken.flatMap((datagram) => datagram.flows)).toMatchObject(flows);
  });

  const own = captures.flatMap(({ file, bytes, exporter }) =>
    exporter ? [{ file, bytes, exporter }] : [],
  );
  test.each(own)('$file is what the exporter sends, octet by octet', ({ bytes, exporter }) => {
    const payloads = readPcap(bytes).map(({ payload }) => Buffer.from(payload).toString('hex'));
    expect(exported(exporter)).toEqual(payloads);
  });
});

describeWithPeerData('datagrams of other exporters', () => {
  const sequences = readJsonLines<{ name: string; files: string[] }>('netflow.jsonl');

  test.each(sequences)('$name is decoded as by another decoder', ({ name, files }) => {
    const decoder = new Decoder();
    const payloads = files.flatMap((file) => payloadsOf(`netflow/${name}/${file}`));
    const expected = readJsonLines<Json>(`netflow/${name}/decoded.jsonl`);
    expect(payloads).toHaveLength(expected.length);
    for (const [i, payload] of payloads.entries()) {
      expectDecoded(decoder.decode(payload, name), payload.length, expected[i] ?? {});
    }
  });

  test('the captures have as many records and templates as their list states', () => {
    const sum = (key: string) =>
      readJsonLines<Json>('netflow.jsonl').reduce((n, s) => n + Number(s[key]), 0);
    const decoded = sequences.flatMap(({ name, files }) => {
      const decoder = new Decoder();
      const payloads = files.flatMap((file) => payloadsOf(`netflow/${name}/${file}`));
      return payloads.map((payload) => decoder.decode(payload, name));
    });
    const records = decoded.flatMap((packet) => packet.records);
    expect(records.filter((record) => !record.options)).toHaveLength(sum('records'));
    expect(records.filter((record) => record.options)).toHaveLength(sum('options'));
    expect(decoded.flatMap((packet) => packet.templates)).toHaveLength(sum('templates'));
  });
});
