import { expect, test } from '@jest/globals';
import type { RecordingPart } from '../model/recording.ts';
import { recordingText } from './recording-text.ts';

const part: RecordingPart = {
  alarmAt: '2026-11-22T10:14:00.000Z',
  madeAt: '2026-11-22T10:14:30.000Z',
  endedAt: '2026-11-22T10:28:30.000Z',
  linesBegan: '2026-11-22T10:19:31.000Z',
  missing: { seconds: 331, bytes: 15 * 2 ** 30 },
  fromErrors: 0,
};
const none = { ...part, linesBegan: undefined, missing: { seconds: 870, bytes: 2 ** 30 } };

test.each<[string, RecordingPart, string]>([
  [
    'lines that begin late',
    part,
    'The alarm was raised at 10:14:00 and the flow log was created at 10:14:30 UTC; its lines begin at 10:19:31. The 15.00 GiB that CloudWatch metered in the 5 min 31 s before are not in this report.',
  ],
  [
    'a recording by hand, when CloudWatch did not answer',
    { ...part, alarmAt: undefined, missing: { seconds: 331 } },
    'The flow log was created at 10:14:30 UTC; its lines begin at 10:19:31. What went through the gateway in the 5 min 31 s before is not in this report.',
  ],
  [
    'lines that begin at once',
    { ...part, missing: { seconds: 0, bytes: 0 } },
    'The alarm was raised at 10:14:00 and the flow log was created at 10:14:30 UTC; its lines begin at 10:19:31.',
  ],
  [
    'no lines, and why',
    { ...none, deliveryError: 'Access error' },
    'The alarm was raised at 10:14:00 and the flow log was created at 10:14:30 UTC; until it was deleted at 10:28:30, it wrote no line of traffic. The 1.00 GiB that CloudWatch metered in the 14 min 30 s are not in this report. AWS reported that it could not deliver lines: Access error.',
  ],
  [
    'lines that Firehose could not have processed',
    { ...part, missing: { seconds: 0 }, fromErrors: 1 },
    'The alarm was raised at 10:14:00 and the flow log was created at 10:14:30 UTC; its lines begin at 10:19:31. 1 line of this report did not reach the collectors: see errors/.',
  ],
])('%s', (_, recording, text) => {
  expect(recordingText(recording)).toBe(text);
});
