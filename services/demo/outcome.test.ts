import { expect, test } from '@jest/globals';
import { asGateways, reportOn } from '../../tests/reporter/story.ts';
import { judge, type StoryEnd } from './outcome.ts';
import type { Parameters } from './parameters.ts';

const PARAMETERS: Parameters = {
  version: 5,
  legs: 'private',
  ...{ recordingTime: 900, numOfRecordings: 10, collectors: '127.0.0.1:2055', isReported: true },
};
const REPORT = {
  id: 'recording-1',
  report: reportOn(
    'interface-id srcaddr dstaddr pkt-dstaddr bytes\neni-1 10.0.0.1 10.0.0.9 1.1.1.1 700\n',
    {},
    asGateways('eni-1'),
  ),
  files: { html: '', json: '', picture: '', mail: '' },
};
const DELIVERY = {
  ...{ RecordsReceived: 4, RecordsNoData: 1, RecordsSkipData: 1, RecordsRejected: 1 },
  ...{ FlowsExported: 1, BytesExported: 700, DatagramsSent: 1, DatagramErrors: 0 },
  ...{ FlowsUnsent: 0, FlowsOtherLeg: 0, FlowsOwnTraffic: 0, FlowsNotExportable: 0 },
  ...{ RecordsReingested: 0, RecordsRefused: 0, DuplicateBatches: 0, LeaseFallbacks: 0 },
  ...{ ExportFailures: 0, BatchDurationMs: 5 },
};
const COLLECTOR = { flows: 1, bytes: 700n, datagrams: 1, sequenceErrors: 0, wentDown: false };
/** A story without faults, with one flow and one line each of NODATA, SKIPDATA and malformed text. */
const END: StoryEnd = {
  deliveredBytes: 600,
  delivered: { flow: 1, nodata: 1, skipdata: 1, nonflow: 0, malformed: 1 },
  deliveries: [DELIVERY],
  archive: { files: ['a.gz'], lines: 4, failed: 0 },
  ...{ flowLogsLeft: 0, schedulesLeft: 0, recordings: 1, mails: 3, endedAt: 0, reports: [REPORT] },
  captured: new Map(),
};

interface Change {
  readonly end?: Partial<StoryEnd>;
  readonly delivery?: Partial<typeof DELIVERY>;
  readonly collector?: Partial<typeof COLLECTOR>;
}

function faultsOf({ end = {}, delivery = {}, collector = {} }: Change): readonly string[] {
  const changed = { ...END, deliveries: [{ ...DELIVERY, ...delivery }], ...end };
  return judge(changed, changed.reports, PARAMETERS, { ...COLLECTOR, ...collector }).faults;
}

test('a story whose counts all agree has no fault', () => {
  expect(faultsOf({})).toEqual([]);
});

test.each<[string, Change]>([
  ['2 flow logs are left', { end: { flowLogsLeft: 2 } }],
  ['1 schedules are left', { end: { schedulesLeft: 1 } }],
  ['4 records delivered, 3 in the archive', { end: { archive: { ...END.archive, lines: 3 } } }],
  ['2 recordings, 1 reports', { end: { recordings: 2 } }],
  ['4 records delivered, the forwarder counted 3', { delivery: { RecordsReceived: 3 } }],
  ['1 NODATA records delivered, the forwarder counted 0', { delivery: { RecordsNoData: 0 } }],
  ['1 SKIPDATA records delivered, the forwarder counted 2', { delivery: { RecordsSkipData: 2 } }],
  ['1 malformed records delivered, the forwarder counted 0', { delivery: { RecordsRejected: 0 } }],
  ['3 flows were not sent in time', { delivery: { FlowsUnsent: 3 } }],
  ['6 datagrams were refused', { delivery: { DatagramErrors: 6 } }],
  ['1 flows exported, 0 received', { collector: { flows: 0 } }],
  ['2 sequence errors', { collector: { sequenceErrors: 2 } }],
  ['the reports count 700 bytes, the collector received 699', { collector: { bytes: 699n } }],
  ['the reports count 700 bytes, the forwarder exported 701', { delivery: { BytesExported: 701 } }],
])('%s: it is a fault', (fault, change) => {
  expect(faultsOf(change)).toEqual([fault]);
});

/** Two flows of 30 bytes and one of natflow's own datagrams, all in the archive. */
const CONTINUOUS = {
  delivered: { flow: 3, nodata: 1, skipdata: 0, nonflow: 0, malformed: 0 },
  deliveries: [{ ...DELIVERY, FlowsExported: 2, BytesExported: 60, FlowsOwnTraffic: 1 }],
  archive: { files: ['b.gz'], lines: 4, failed: 0 },
};

test.each<[string | undefined, Partial<typeof CONTINUOUS>, Change['collector']]>([
  [undefined, {}, { flows: 3, bytes: 760n }],
  ['3 flows exported, 1 received', {}, { flows: 1, bytes: 760n }],
  ['the reports count 700 bytes, the collector received 640', {}, { flows: 3, bytes: 700n }],
  [
    '4 continuous records delivered, 3 in the archive',
    { archive: { ...CONTINUOUS.archive, lines: 3 } },
    { flows: 3, bytes: 760n },
  ],
  [
    "3 continuous flows, 2 exported and 0 of natflow's own",
    {
      deliveries: [
        { ...CONTINUOUS.deliveries[0], FlowsOwnTraffic: 0 } as (typeof CONTINUOUS.deliveries)[0],
      ],
    },
    { flows: 3, bytes: 760n },
  ],
])('with continuous sources the fault is %s', (fault, change, collector = {}) => {
  const continuous = { ...CONTINUOUS, ...change };
  expect(faultsOf({ end: { continuous }, collector })).toEqual(fault === undefined ? [] : [fault]);
});

test.each([
  [50, 0.519, []],
  [
    50,
    0.521,
    ['the report of recording-1 explains 50.0% of the metered bytes, its flow log captured 52.1%'],
  ],
  [
    50,
    0,
    ['the report of recording-1 explains 50.0% of the metered bytes, its flow log captured 0.0%'],
  ],
])('a report that explains %d %% of what was captured to %d: %j', (percent, share, faults) => {
  const report = { ...REPORT.report, reconciliation: { meteredBytes: 1400, percent } };
  const captured = new Map([[REPORT.id, share]]);
  expect(faultsOf({ end: { reports: [{ ...REPORT, report }], captured } })).toEqual(faults);
});

test('a collector that went down may miss flows if the forwarder counted them', () => {
  const down = { wentDown: true, flows: 0, bytes: 0n };
  expect(faultsOf({ collector: down, delivery: { DatagramErrors: 1 } })).toEqual([]);
  expect(faultsOf({ collector: down })).toEqual([
    'the collector was down, and the forwarder did not notice',
  ]);
});
