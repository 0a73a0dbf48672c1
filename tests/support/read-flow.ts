import type { FlowRecord } from '../../shared/flow/record.ts';
import { parseFormat } from '../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';

/** The flow of one line in this format. */
export function readFlow(format: string, line: string): FlowRecord {
  let copy: FlowRecord | undefined;
  const parser = new FlowLogParser({
    format: parseFormat(format),
    onFlow: (flow) => {
      copy = structuredClone(flow);
    },
  });
  parser.write(Buffer.from(line));
  parser.end();
  if (copy === undefined) throw new Error(`no flow in ${line}`);
  return copy;
}
