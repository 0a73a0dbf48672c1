import { readFileSync } from 'node:fs';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import { Exporter } from '../../shared/netflow/exporter.ts';
import { addContent, noContent } from './content.ts';

/** `ours.ts encode TIMES FILE`: natflow's own parser and encoder on a text in memory, nothing sent. */
const CHUNK_BYTES = 128 * 1024;

interface Pass {
  flows: number;
  packets: Uint8Array[];
}

function encode(text: Uint8Array, keep: boolean): Pass {
  const exporter = new Exporter({ version: 5, domain: 1 });
  const parser = new FlowLogParser({ onFlow: (flow) => exporter.add(flow) });
  const packets: Uint8Array[] = [];
  const take = () => {
    for (const { bytes } of exporter.take()) {
      if (keep) packets.push(bytes.slice());
    }
  };
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    parser.write(text.subarray(at, at + CHUNK_BYTES));
    take();
  }
  parser.end();
  take();
  return { flows: parser.counts.flow, packets };
}

const [, times, path] = process.argv.slice(2);
const text = readFileSync(String(path));
const ns: number[] = [];
for (let i = 0; i < Number(times); i++) {
  const start = performance.now();
  const { flows } = encode(text, false);
  ns.push(((performance.now() - start) * 1e6) / flows);
}
const seen = noContent();
for (const packet of encode(text, true).packets) addContent(seen, packet);
process.stdout.write(`${JSON.stringify({ ns, ...seen })}\n`);
