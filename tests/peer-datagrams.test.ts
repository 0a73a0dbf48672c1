import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { DataRecord, Packet } from '../shared/collector/decode/packet.ts';
import { Decoder } from '../shared/collector/decode.ts';
import { elementOf, scopeNameOf } from '../shared/collector/element-names.ts';
import { readPcap } from './support/pcap.ts';
import { describeWithPeerData, PEER_DATA, readJsonLines } from './support/peer-data.ts';

type Json = Record<string, unknown>;

function payloadsOf(path: string): Uint8Array[] {
  const file = readFileSync(new URL(path, PEER_DATA));
  return path.endsWith('.pcap') ? readPcap(file).map(({ payload }) => payload) : [file];
}

/** The other decoder writes `ie201` for what it has no name for, and v9 scopes with the top bit set. */
function ourName(name: string): string {
  const id = Number(/^ie(\d+)$/.exec(name)?.[1]);
  if (Number.isNaN(id)) return name;
  return id >= 0x8000 ? scopeNameOf(id - 0x8000) : (elementOf(id)?.name ?? name);
}

function renamed(record: Json): Json {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [ourName(name), value]));
}

function flat({ options, values, startMs, endMs }: DataRecord): Json {
  return {
    ...(options && { options }),
    ...values,
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
  };
}

function headerAndSets(packet: Packet, octets: number): Json {
  const templates = packet.templates.map(({ id, options, scope, fields }) => ({
    id,
    ...(options && { options, scope }),
    fields: fields.map((field) => [field.id, field.length]),
  }));
  const structure = packet.header?.version !== 5 && { sets: packet.sets, templates };
  const seen = packet.header?.version === 9 && { seenRecords: packet.seenRecords };
  return { length: octets, ...packet.header, ...structure, ...seen };
}

describeWithPeerData('datagrams of other exporters', () => {
  const sequences = readJsonLines<{ name: string; files: string[] }>('netflow.jsonl');

  test.each(sequences)('$name is read as by another decoder', ({ name, files }) => {
    const decoder = new Decoder();
    const payloads = files.flatMap((file) => payloadsOf(`netflow/${name}/${file}`));
    const expected = readJsonLines<Json>(`netflow/${name}/decoded.jsonl`);
    expect(payloads).toHaveLength(expected.length);
    for (const [i, payload] of payloads.entries()) {
      const { file: _, records, error, ...rest } = expected[i] as Json & { records: Json[] };
      const packet = decoder.decode(payload, name);
      expect(headerAndSets(packet, payload.length)).toEqual(rest);
      expect(packet.records.map(flat)).toEqual(records.map(renamed));
      expect(packet.error !== undefined).toBe(error !== undefined);
    }
  });

  test('amount to as many records and templates as their list says', () => {
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
