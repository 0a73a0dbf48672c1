import { readFileSync } from 'node:fs';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import type { Packet } from '../../shared/netflow/packet.ts';
import { newExporter } from '../support/new-exporter.ts';
import { addContent, noContent } from './content.ts';

/** `ours.ts encode TIMES FILE`: natflow's parser and encoder on a text in memory. Sends nothing. */
const CHUNK_BYTES = 128 * 1024;

/** Passes every packet to `send`, as replay does, and returns the number of flows. */
function encode(text: Uint8Array, send: (packets: readonly Packet[]) => void): number {
  const exporter = newExporter({ version: 5, domain: 1 });
  const parser = new FlowLogParser({ onFlow: (flow) => exporter.add(flow) });
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    parser.write(text.subarray(at, at + CHUNK_BYTES));
    send(exporter.take());
  }
  parser.end();
  send(exporter.finish());
  return parser.counts.flow;
}

const [, times, path] = process.argv.slice(2);
const text = readFileSync(String(path));
const ns: number[] = [];
for (let i = 0; i < Number(times); i++) {
  const start = performance.now();
  const flows = encode(text, () => {});
  ns.push(((performance.now() - start) * 1e6) / flows);
}
const seen = noContent();
encode(text, (packets) => {
  for (const { bytes } of packets) addContent(seen, bytes);
});
process.stdout.write(`${JSON.stringify({ ns, ...seen })}\n`);
