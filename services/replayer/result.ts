import type { SQSBatchResponse } from 'aws-lambda';
import { exportMetrics, type Metric } from '../../shared/export/metrics.ts';
import { type ExportSummary, NO_EXPORT, printedSummary } from '../../shared/export/summary.ts';
import { printable } from '../../shared/text/printable.ts';
import type { Outcome, Result } from './replay-objects.ts';

/** An event's metrics, by the names of docs/operating.md. */
export function metricsOf({ outcomes, failed }: Result, milliseconds: number): Metric[] {
  const summaries = outcomes.flatMap(({ summary }) => summary ?? []);
  const replayed = outcomes.filter(({ error, summary }) => error === undefined && summary);
  return [
    ['ObjectsReplayed', 'Count', replayed.length],
    ['ObjectsFailed', 'Count', outcomes.filter(({ error }) => error !== undefined).length],
    ['ObjectsMissing', 'Count', outcomes.filter(({ error, summary }) => !error && !summary).length],
    ['ObjectsDeleted', 'Count', outcomes.filter(({ deleted }) => deleted).length],
    ['FlowsOtherLeg', 'Count', sum(summaries, ({ otherLeg }) => otherLeg)],
    ['FlowsOwnTraffic', 'Count', sum(summaries, ({ ownTraffic }) => ownTraffic)],
    ['FlowsNotExportable', 'Count', sum(summaries, ({ notExportable }) => notExportable)],
    ['EventsRejected', 'Count', failed.filter(({ fault }) => fault !== undefined).length],
    ...exportMetrics('FlowsReplayed', summaries, 0, milliseconds),
  ];
}

function sum(summaries: readonly ExportSummary[], of: (summary: ExportSummary) => number): number {
  return summaries.reduce((total, summary) => total + of(summary), 0);
}

/** What became of an object, as it is logged. */
export function logged({ summary, ...outcome }: Outcome) {
  const { exported } = summary ?? NO_EXPORT;
  return { ...outcome, summary: summary && printedSummary(summary), exported };
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
