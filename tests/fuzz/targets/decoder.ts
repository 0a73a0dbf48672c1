import assert from 'node:assert/strict';
import { flowTable } from '../../../services/cli/flow-table.ts';
import { FlowCollector } from '../../../shared/collector/collect-flows.ts';
import { RECORDING_FORMAT } from '../../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../../shared/flowlog/parser.ts';
import { synthesize } from '../../../shared/flowlog/synth.ts';
import { optionsDataOf } from '../../../shared/netflow/options.ts';
import { newExporter } from '../../support/new-exporter.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';

const NOW = 1_795_342_500_000;
const MOST_OCTETS = 65_000;
const SHORTS = [0, 1, 2, 3, 4, 255, 256, 1500, 32_768, 65_534, 65_535];
const WORDS = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const LENGTHS = [0, 1, 2, 4, 8, 16, 17, 255, 1000, 65_535, 65_535];

/** Datagrams of all versions, with templates and options data. */
const DATAGRAMS = ([5, 9, 10] as const).flatMap((version) => {
  const options = version === 5 ? {} : { options: optionsDataOf(() => Uint8Array.of(10, 0, 0, 1)) };
  const exporter = newExporter({
    version,
    domain: 1,
    templateEveryPackets: 2,
    now: () => NOW,
    ...options,
  });
  const parser = new FlowLogParser({
    format: RECORDING_FORMAT,
    onFlow: (flow) => exporter.add(flow),
  });
  for (const text of synthesize({ flows: 300, seed: 5 })) parser.write(Buffer.from(text));
  parser.end();
  exporter.close();
  return exporter.take().map(({ bytes }) => Uint8Array.from(bytes));
});

const collector = new FlowCollector();
const table = flowTable();

/** Datagrams: none crashes the collector, and none reaches the output with control characters. */
export const decoder: Target = {
  name: 'decoder',
  // Templates and exporters are kept up to their limits.
  keptMib: 64,
  generate: (random) => {
    const kind = random.next();
    if (kind < 0.1) return noise(random);
    if (kind < 0.2) return oddTemplate(random);
    return mutated(random);
  },
  check: (input, random) => {
    const sender = `10.0.${random.below(2)}.${random.below(200)}`;
    const { flows, troubles } = collector.take(input, sender, NOW);
    for (const { message } of troubles) assert.doesNotMatch(message, /\p{Cc}/u);
    if (random.chance(0.9)) return;
    assert.doesNotMatch(flows.map((flow) => JSON.stringify(flow)).join('\n'), /[^\P{Cc}\n]/u);
    assert.doesNotMatch(table(flows), /[^\P{Cc}\n]/u);
  },
};

function mutated(random: Random): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(DATAGRAMS));
  for (let left = random.below(6); left > 0 && bytes.length > 4; left--) {
    const end = random.chance(0.5) ? Math.min(64, bytes.length) : bytes.length;
    bytes = changed(random, bytes, random.below(end - 4));
  }
  return bytes;
}

function changed(random: Random, bytes: Buffer, at: number): Buffer {
  const kind = random.below(5);
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) {
    const other = random.pick(DATAGRAMS).subarray(random.below(20));
    return Buffer.concat([bytes.subarray(0, at), other]).subarray(0, MOST_OCTETS);
  }
  if (kind === 2) bytes.writeUInt8(random.below(256), at);
  else if (kind === 3) bytes.writeUInt16BE(random.pick([...SHORTS, bytes.length]), at);
  else bytes.writeUInt32BE(random.pick(WORDS), at);
  return bytes;
}

function noise(random: Random): Buffer {
  const octet = () => (random.chance(0.6) ? random.below(4) : random.below(256));
  const bytes = Buffer.from(random.list(20, 1400, octet));
  bytes.writeUInt16BE(random.pick([5, 9, 10]), 0);
  if (bytes[1] === 10) bytes.writeUInt16BE(bytes.length, 2);
  return bytes;
}

/** An IPFIX message with a template of random fields and lengths, and data for it. */
function oddTemplate(random: Random): Buffer {
  const id = 256 + random.below(4);
  const fields = random.list(1, 40, () => {
    const isEnterprise = random.chance(0.2);
    const field = shorts((isEnterprise ? 0x8000 : 0) | random.below(500), random.pick(LENGTHS));
    return isEnterprise ? Buffer.concat([field, shorts(0, random.pick([0, 9, 29_305]))]) : field;
  });
  const template = set(random.pick([2, 3]), Buffer.concat([shorts(id, fields.length), ...fields]));
  const octet = () => (random.chance(0.3) ? 255 : random.below(8));
  const message = Buffer.concat([
    Buffer.alloc(16),
    template,
    set(id, Buffer.from(random.list(0, 600, octet))),
  ]);
  message.writeUInt16BE(10, 0);
  message.writeUInt16BE(message.length, 2);
  message.writeUInt32BE(random.below(5), 12);
  return message;
}

function set(id: number, content: Buffer): Buffer {
  return Buffer.concat([shorts(id, content.length + 4), content]);
}

function shorts(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}
