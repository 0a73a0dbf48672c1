import type { SQSBatchResponse } from 'aws-lambda';
import type { Exported } from '../../shared/netflow/exported.ts';
import { printable } from '../../shared/text/printable.ts';
import type { Result } from './replay-objects.ts';

/** One value of a metric; the units are CloudWatch's words. */
type Metric = readonly [name: string, unit: 'Count' | 'Bytes' | 'Milliseconds', value: number];

/** An event's metrics, by the names of docs/operating.md. */
export function metricsOf({ outcomes, failed }: Result, milliseconds: number): Metric[] {
  const lines = (name: 'nodata' | 'skipdata' | 'malformed') =>
    outcomes.reduce((total, { summary }) => total + (summary?.[name] ?? 0), 0);
  const exported = (name: keyof Exported) =>
    outcomes.reduce((total, outcome) => total + outcome.exported[name], 0);
  const replayed = outcomes.filter(({ error, summary }) => error === undefined && summary);
  return [
    ['ObjectsReplayed', 'Count', replayed.length],
    ['ObjectsFailed', 'Count', outcomes.filter(({ error }) => error !== undefined).length],
    ['ObjectsMissing', 'Count', outcomes.filter(({ error, summary }) => !error && !summary).length],
    ['ObjectsDeleted', 'Count', outcomes.filter(({ deleted }) => deleted).length],
    ['EventsRejected', 'Count', failed.filter(({ fault }) => fault !== undefined).length],
    ['FlowsReplayed', 'Count', exported('records')],
    ['RecordsNoData', 'Count', lines('nodata')],
    ['RecordsSkipData', 'Count', lines('skipdata')],
    ['RecordsRejected', 'Count', lines('malformed')],
    ['DatagramsSent', 'Count', exported('datagrams')],
    ['BytesExported', 'Bytes', exported('bytes')],
    ['BatchDurationMs', 'Milliseconds', milliseconds],
  ];
}

/**
 * What makes exactly the failed tasks come again: the failed messages of a queue, which parks them
 * when it has had enough.
 * @throws Error for an event that did not come from a queue, so that Lambda tries it again and
 * parks it.
 */
export function answerOf({ failed, outcomes }: Result): SQSBatchResponse {
  const direct = failed.find(({ messageId }) => messageId === undefined);
  if (direct !== undefined) {
    const errors = outcomes.flatMap(({ error }) => error ?? []);
    throw new Error(printable([...errors, direct.fault ?? []].flat().join('; ')));
  }
  return {
    batchItemFailures: failed.flatMap(({ messageId }) =>
      messageId === undefined ? [] : { itemIdentifier: messageId },
    ),
  };
}
