import { expect, test } from '@jest/globals';
import { NO_EXPORT } from '../../shared/export/summary.ts';
import { metricsOf } from './metrics.ts';
import { newReport, type Report } from './report.ts';

const REPORT: Report = {
  records: 1,
  undecodable: 2,
  summary: {
    lines: 3,
    flows: 4,
    nodata: 5,
    skipdata: 6,
    nonflow: 7,
    malformed: 80,
    otherLeg: 9,
    ownTraffic: 10,
    notExportable: 11,
    encoded: { records: 1012, datagrams: 1014, bytes: '1013', packets: '1000' },
    exported: { records: 12, bytes: 13, datagrams: 14 },
    newestEnd: 1_700_000_000,
    fallback: 'no table',
    seconds: 0.5,
  },
  unsent: 15,
  reingested: 16,
  refused: 17,
  isDuplicate: true,
  lagSeconds: 18,
  failure: new Error('no network'),
};

test('each metric has its own number of the report', () => {
  expect(metricsOf(REPORT, [{ count: 100 }, { count: 20 }], 19.5)).toEqual([
    ['RecordsReceived', 'Count', 1],
    ['FlowsUnsent', 'Count', 15],
    ['FlowsOtherLeg', 'Count', 9],
    ['FlowsOwnTraffic', 'Count', 10],
    ['FlowsNotExportable', 'Count', 11],
    ['FlowsExported', 'Count', 12],
    ['RecordsNoData', 'Count', 5],
    ['RecordsSkipData', 'Count', 6],
    ['RecordsRejected', 'Count', 82],
    ['DatagramsSent', 'Count', 14],
    ['BytesExported', 'Bytes', 13],
    ['BatchDurationMs', 'Milliseconds', 19.5],
    ['RecordsReingested', 'Count', 16],
    ['RecordsRefused', 'Count', 17],
    ['DatagramErrors', 'Count', 120],
    ['DuplicateBatches', 'Count', 1],
    ['LeaseFallbacks', 'Count', 1],
    ['ExportFailures', 'Count', 1],
    ['DeliveryLagSeconds', 'Seconds', 18],
  ]);
});

test('a metric that is zero is left out', () => {
  expect(metricsOf({ ...newReport(2), lagSeconds: 0 }, [], 0.5)).toEqual([
    ['RecordsReceived', 'Count', 2],
    ['BatchDurationMs', 'Milliseconds', 0.5],
  ]);
  expect(metricsOf(newReport(0), [], 0)).toEqual([]);
});

test('a new report counts the records only', () => {
  expect(newReport(7)).toEqual({
    records: 7,
    undecodable: 0,
    reingested: 0,
    refused: 0,
    isDuplicate: false,
    summary: NO_EXPORT,
    unsent: 0,
    lagSeconds: undefined,
    failure: undefined,
  });
});
