import * as v from 'valibot';
import type { CollectorError } from './facts.ts';

/** The forwarder's log line of a delivery, as far as it is read. */
const DELIVERY_LINE = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    message: v.literal('delivery'),
    errors: v.array(v.object({ collector: v.string(), message: v.string() })),
  }),
);

/** The collectors that a delivery had trouble with; undefined when the log has no line of a delivery. */
export function readErrors(log: string): CollectorError[] | undefined {
  for (const line of log.split('\n').toReversed()) {
    const read = v.safeParse(DELIVERY_LINE, line);
    if (read.success) return read.output.errors;
  }
  return undefined;
}
