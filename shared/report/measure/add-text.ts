import { giveBack } from '../../flowlog/decompress.ts';
import type { Format } from '../../flowlog/format.ts';
import { FlowLogParser } from '../../flowlog/parser.ts';
import type { Aggregate } from './aggregate.ts';

/**
 * Adds up the flow logs of one file or object, given as text in pieces; `format` is that of lines without a
 * header. When reading fails, the lines before count, and the error is rethrown.
 */
export async function addText(
  aggregate: Aggregate,
  pieces: AsyncIterable<Uint8Array>,
  format?: Format,
): Promise<void> {
  const { notes } = aggregate;
  const parser = new FlowLogParser({ format, notes, onFlow: (flow) => aggregate.add(flow) });
  let isWhole = false;
  try {
    for await (const piece of pieces) {
      aggregate.textBytes += piece.length;
      parser.write(piece);
      giveBack(piece);
    }
    isWhole = true;
  } finally {
    if (isWhole) parser.end();
    else parser.breakOff();
    aggregate.addRecords(parser.counts);
  }
}
