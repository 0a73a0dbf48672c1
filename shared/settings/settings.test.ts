import { expect, test } from '@jest/globals';
import { controllerSettings } from './controller.ts';
import { forwarderSettings, replayerSettings } from './export.ts';
import { reporterSettings } from './reporter.ts';

const COMPLETE = {
  AWS_REGION: 'eu-west-1',
  NATFLOW_STACK: 'natflow',
  NATFLOW_TABLE: 'table',
  NATFLOW_STREAM_ARN: 'stream',
  NATFLOW_TOPIC_ARN: 'topic',
  NATFLOW_SCHEDULE_GROUP: 'group',
  NATFLOW_SCHEDULE_ROLE_ARN: 'role',
};

test('unset settings have the defaults of the template', () => {
  expect(controllerSettings(COMPLETE)).toMatchObject({
    recordingTime: 900_000,
    minimumRecordingTime: 120_000,
    numOfRecordings: 10,
    forwarder: undefined,
    logGroup: undefined,
    report: undefined,
    logFormat: undefined,
  });
});

test('a RecordingTime of 0 is a value', () => {
  expect(controllerSettings({ ...COMPLETE, NATFLOW_RECORDING_TIME: '0' }).recordingTime).toBe(0);
});

test.each([
  [undefined, 600_000],
  ['60', 60_000],
])('a reporter is asked with a delay of "%s": %i ms', (NATFLOW_REPORT_DELAY, delay) => {
  const { report } = controllerSettings({
    ...COMPLETE,
    NATFLOW_REPORTER_ARN: 'reporter',
    NATFLOW_REPORT_DELAY,
  });
  expect(report).toEqual({ arn: 'reporter', delay });
});

test('all faults are reported at once', () => {
  const faulty = {
    ...COMPLETE,
    NATFLOW_TABLE: '',
    NATFLOW_STACK: undefined,
    NATFLOW_RECORDING_TIME: '15m',
    NATFLOW_NUM_OF_RECORDINGS: '-1',
    NATFLOW_LOG_GROUP_ARN: 'group',
    NATFLOW_REPORT_DELAY: '10m',
  };
  expect(() => controllerSettings(faulty)).toThrow(
    'settings: NATFLOW_LOG_GROUP_ROLE_ARN is not set; ' +
      'NATFLOW_REPORT_DELAY is "10m", not a whole number from 60 to 3600; ' +
      'NATFLOW_STACK is not set; NATFLOW_TABLE is not set; ' +
      'NATFLOW_RECORDING_TIME is "15m", not a whole number from 0 to 86400; ' +
      'NATFLOW_NUM_OF_RECORDINGS is "-1", not a whole number from 0',
  );
});

test('the forwarder needs no settings and then only archives', () => {
  expect(forwarderSettings({ AWS_LAMBDA_LOG_STREAM_NAME: 'me', NATFLOW_COLLECTORS: '' })).toEqual({
    stack: 'natflow',
    environment: 'me',
    collectors: [],
    version: 5,
    legs: 'private',
    format: undefined,
    rate: 20_000,
    environments: 5,
    optionsParts: 'sampling',
    session: {
      maxPacketOctets: 1464,
      templateEveryPackets: 20,
      templateEverySeconds: 30,
      templateFirstPackets: 3,
    },
    table: undefined,
    domainBase: 0,
  });
});

test.each([
  ['the forwarder, of which Firehose runs five', forwarderSettings, '20000', 20_000, 5],
  ['the replayer, of which its queue runs two', replayerSettings, '300', 300, 2],
  ['one without a limit', forwarderSettings, 'max', undefined, 5],
] as const)('the environments of %s share the rate', (_, read, text, rate, environments) => {
  const settings = read({ NATFLOW_COLLECTORS: 'a', NATFLOW_RATE: text });
  expect(settings).toMatchObject({ rate, environments });
});

test.each([
  ['', '10.0.9.9', 2055],
  ['9', '10.0.9.9', 2055],
  ['ipfix', '10.0.9.9', 4739],
  ['10', '10.0.9.9:7', 7],
])('in version "%s" the collector %s has port %i', (NATFLOW_VERSION, host, port) => {
  const { collectors } = forwarderSettings({ NATFLOW_VERSION, NATFLOW_COLLECTORS: host });
  expect(collectors).toEqual([{ scheme: 'udp', host: '10.0.9.9', port }]);
});

test('all faults of the export settings are reported at once', () => {
  const faulty = {
    NATFLOW_COLLECTORS: 'a:b:c',
    NATFLOW_LEGS: 'both',
    NATFLOW_RATE: '1.5',
    NATFLOW_EXPORTER_OPTIONS: 'true',
    NATFLOW_LOG_FORMAT: 'srcaddr SRCADDR',
    NATFLOW_DELETE_AFTER_SUCCESS: 'yes',
    NATFLOW_DOMAIN_BASE: '40000',
  };
  expect(() => replayerSettings(faulty)).toThrow(
    'settings: NATFLOW_COLLECTORS: "a:b:c" is not host:port; ' +
      'NATFLOW_LEGS: "both" is not one of all, private, public; ' +
      'NATFLOW_LOG_FORMAT: "SRCADDR" is not a flow log field; ' +
      'NATFLOW_RATE: "1.5" is not flow records per second, or max; ' +
      'NATFLOW_EXPORTER_OPTIONS: "true" is not one of none, sampling, all; ' +
      'NATFLOW_DOMAIN_BASE is "40000", not a whole number from 0 to 32000; ' +
      'NATFLOW_DELETE_AFTER_SUCCESS: "yes" is not true or false',
  );
  expect(() => forwarderSettings({ NATFLOW_VERSION: '7' })).toThrow(
    'settings: NATFLOW_VERSION: 7 is not NetFlow 5, 9 or 10 (ipfix)',
  );
  expect(() => replayerSettings({})).toThrow('settings: NATFLOW_COLLECTORS is not set');
});

const REPORTER = {
  AWS_REGION: 'eu-west-1',
  NATFLOW_STACK: 'natflow',
  NATFLOW_ARCHIVE: 'bucket',
  NATFLOW_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:topic',
  NATFLOW_TABLE: 'table',
};

test.each([
  [undefined, undefined],
  ['', undefined],
  ['0.045', 0.045],
  ['12', 12],
])('the reporter takes "%s" as the price', (NATFLOW_NAT_PRICE, natPerGib) => {
  expect(reporterSettings({ ...REPORTER, NATFLOW_NAT_PRICE })).toEqual({
    stack: 'natflow',
    account: '123456789012',
    region: 'eu-west-1',
    table: 'table',
    bucket: 'bucket',
    eventBus: 'default',
    topicArn: 'arn:aws:sns:eu-west-1:123456789012:topic',
    format: undefined,
    natPerGib,
    dashboardUrl: undefined,
    ipRangesUrl: undefined,
  });
});

test.each(['free', '-1', '0,045', '1e3', '.5', '1234567', '0.0000000001'])(
  'the price "%s" is invalid',
  (NATFLOW_NAT_PRICE) => {
    expect(() => reporterSettings({ ...REPORTER, NATFLOW_NAT_PRICE })).toThrow(
      `settings: NATFLOW_NAT_PRICE: "${NATFLOW_NAT_PRICE}" is not an amount of dollars`,
    );
  },
);

test("all faults of the reporter's settings are reported at once", () => {
  const faulty = { NATFLOW_LOG_FORMAT: 'SRCADDR', NATFLOW_NAT_PRICE: '$1' };
  expect(() => reporterSettings(faulty)).toThrow(
    'settings: NATFLOW_STACK is not set; AWS_REGION is not set; NATFLOW_ARCHIVE is not set; ' +
      'NATFLOW_TOPIC_ARN is not set; NATFLOW_TABLE is not set; NATFLOW_LOG_FORMAT: "SRCADDR" is not a flow log field; ' +
      'NATFLOW_NAT_PRICE: "$1" is not an amount of dollars',
  );
});
