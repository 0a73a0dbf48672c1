import * as v from 'valibot';
import type { CollectorError } from './facts.ts';

/** The forwarder's log line of a delivery with troubles, as far as it is read. */
const TROUBLES = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    message: v.literal('delivery'),
    errors: v.array(v.object({ collector: v.string(), message: v.string() })),
  }),
);

/** The metrics of a delivery, the last line that it writes unless it had troubles. */
const METRICS = v.pipe(v.string(), v.parseJson(), v.object({ BatchDurationMs: v.number() }));

/** The collectors that the last delivery had trouble with; undefined when the log has no line of a delivery. */
export function readErrors(log: string): CollectorError[] | undefined {
  for (const line of log.split('\n').toReversed()) {
    const troubles = v.safeParse(TROUBLES, line);
    if (troubles.success) return troubles.output.errors;
    if (v.is(METRICS, line)) return [];
  }
  return undefined;
}
