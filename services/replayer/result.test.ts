import { expect, test } from '@jest/globals';
import { type ExportSummary, NO_EXPORT } from '../../shared/export/summary.ts';
import type { Outcome } from './replay-objects.ts';
import { logged, metricsOf } from './result.ts';

const name = { bucket: 'archive', key: 'a' };
const summary: ExportSummary = {
  ...NO_EXPORT,
  lines: 10,
  flows: 4,
  nodata: 1,
  skipdata: 2,
  malformed: 3,
  ownTraffic: 5,
  encoded: { records: 4, datagrams: 2, bytes: '840', packets: '9' },
  exported: { records: 8, datagrams: 4, bytes: 1680 },
  newestEnd: 1_700_000_000,
  seconds: 0.5,
};
const REPLAYED: Outcome = { name, summary, deleted: true, error: undefined };
const MISSING: Outcome = { name, summary: undefined, deleted: false, error: undefined };
const FAILED: Outcome = { name, summary, deleted: false, error: 'no time' };

test('metrics add up the results of all objects and tasks', () => {
  const failed = [{ messageId: 'm', objects: [], fault: 'no JSON' }];
  const result = { outcomes: [REPLAYED, MISSING, FAILED, REPLAYED], failed };
  expect(metricsOf(result, 19.5)).toEqual([
    ['ObjectsReplayed', 'Count', 2],
    ['ObjectsFailed', 'Count', 1],
    ['ObjectsMissing', 'Count', 1],
    ['ObjectsDeleted', 'Count', 2],
    ['FlowsOtherLeg', 'Count', 0],
    ['FlowsOwnTraffic', 'Count', 15],
    ['FlowsNotExportable', 'Count', 0],
    ['EventsRejected', 'Count', 1],
    ['FlowsReplayed', 'Count', 24],
    ['RecordsNoData', 'Count', 3],
    ['RecordsSkipData', 'Count', 6],
    ['RecordsRejected', 'Count', 9],
    ['DatagramsSent', 'Count', 12],
    ['BytesExported', 'Bytes', 5040],
    ['BatchDurationMs', 'Milliseconds', 19.5],
  ]);
});

test('the log of an object has what was encoded and what the sockets took', () => {
  expect(logged(FAILED)).toEqual({
    name,
    summary: {
      lines: 10,
      flows: 4,
      nodata: 1,
      skipdata: 2,
      nonflow: 0,
      malformed: 3,
      otherLeg: 0,
      notExportable: 0,
      records: 4,
      datagrams: 2,
      bytes: '840',
      packets: '9',
      seconds: 0.5,
    },
    exported: { records: 8, datagrams: 4, bytes: 1680 },
    deleted: false,
    error: 'no time',
  });
  expect(logged(MISSING)).toMatchObject({
    summary: undefined,
    exported: { records: 0, datagrams: 0, bytes: 0 },
  });
});
