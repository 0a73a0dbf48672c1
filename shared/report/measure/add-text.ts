import type { Format } from '../../flowlog/format.ts';
import type { FlowSource } from '../../flowlog/source.ts';
import type { Aggregate } from './aggregate.ts';

/**
 * Adds up the flow logs of one source. When it breaks off, what was read before counts, and the error
 * is rethrown.
 */
export async function addText(
  aggregate: Aggregate,
  source: FlowSource,
  format?: Format,
): Promise<void> {
  const { fields, records: counts } = aggregate;
  const onFlow = aggregate.add.bind(aggregate);
  const onOther = aggregate.addOther.bind(aggregate);
  for await (const bytes of source.read({ format, fields, counts, onFlow, onOther })) {
    aggregate.textBytes += bytes;
    const room = aggregate.room();
    if (room !== undefined) await room;
  }
}
