import type { Format } from '../../flowlog/format.ts';
import type { FlowSource } from '../../flowlog/source.ts';
import type { FlowSink } from './flow-sink.ts';

/**
 * Reads the flow logs of one source. When it breaks off, what was read before counts, and the error
 * is rethrown.
 */
export async function addText(sink: FlowSink, source: FlowSource, format?: Format): Promise<void> {
  const { fields, records: counts } = sink;
  const onFlow = sink.add.bind(sink);
  const onOther = sink.addOther.bind(sink);
  for await (const bytes of source.read({ format, fields, counts, onFlow, onOther })) {
    sink.textBytes += bytes;
    const room = sink.room?.();
    if (room !== undefined) await room;
  }
}
