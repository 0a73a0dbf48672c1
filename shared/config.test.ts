import { expect, test } from '@jest/globals';
import { controllerSettings } from './config.ts';

const COMPLETE = {
  AWS_REGION: 'eu-west-1',
  NATFLOW_STACK: 'natflow',
  NATFLOW_TABLE: 'table',
  NATFLOW_STREAM_ARN: 'stream',
  NATFLOW_TOPIC_ARN: 'topic',
  NATFLOW_SCHEDULE_GROUP: 'group',
  NATFLOW_SCHEDULE_ROLE_ARN: 'role',
};

test('what is not set has the defaults of the template', () => {
  expect(controllerSettings(COMPLETE)).toMatchObject({
    recordingTime: 900_000,
    minimumRecordingTime: 120_000,
    numOfRecordings: 10,
    logGroup: undefined,
    logFormat: expect.stringMatching(/^\$\{version\} \$\{account-id\} /),
  });
});

test('a RecordingTime of 0 is a value', () => {
  expect(controllerSettings({ ...COMPLETE, NATFLOW_RECORDING_TIME: '0' }).recordingTime).toBe(0);
});

test('all faults are named at once', () => {
  const faulty = {
    ...COMPLETE,
    NATFLOW_TABLE: '',
    NATFLOW_STACK: undefined,
    NATFLOW_RECORDING_TIME: '15m',
    NATFLOW_NUM_OF_RECORDINGS: '-1',
    NATFLOW_LOG_GROUP_ARN: 'group',
  };
  expect(() => controllerSettings(faulty)).toThrow(
    'settings: NATFLOW_LOG_GROUP_ROLE_ARN is not set; NATFLOW_STACK is not set; NATFLOW_TABLE is not set; ' +
      'NATFLOW_RECORDING_TIME is "15m", not a whole number from 0 to 86400; ' +
      'NATFLOW_NUM_OF_RECORDINGS is "-1", not a whole number from 0',
  );
});
