import { expect, test } from '@jest/globals';
import { metricsOf } from './metrics.ts';
import { logged, newReport, type Report } from './report.ts';

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

test('before a delivery is processed, every number is zero and there is no lag', () => {
  const metrics = metricsOf(newReport(0), [], 0);
  expect(metrics).toHaveLength(18);
  for (const [, , value] of metrics) expect(value).toBe(0);
});

test('each member of a logged report has its own number, under a stable name', () => {
  expect(logged(REPORT)).toEqual({
    records: 1,
    undecodable: 2,
    lines: 3,
    flows: 4,
    nodata: 5,
    skipdata: 6,
    nonflow: 7,
    malformed: 80,
    otherLeg: 9,
    ownTraffic: 10,
    notExportable: 11,
    exported: 12,
    bytes: 13,
    datagrams: 14,
    unsent: 15,
    reingested: 16,
    refused: 17,
    isDuplicate: true,
    lagSeconds: 18,
    fallback: 'no table',
    failure: new Error('no network'),
  });
});

test('a new report counts the records only', () => {
  const { records, isDuplicate, lagSeconds, fallback, failure, ...counts } = logged(newReport(7));
  expect({ records, isDuplicate, lagSeconds, fallback, failure }).toEqual({
    records: 7,
    isDuplicate: false,
    lagSeconds: undefined,
    fallback: undefined,
    failure: undefined,
  });
  expect(Object.values(counts)).toEqual(Array(16).fill(0));
});
