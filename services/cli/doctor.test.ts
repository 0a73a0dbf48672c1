import { expect, test } from '@jest/globals';
import type { Finding } from '../../shared/contract/doctor.ts';
import { typedCommand } from '../../tests/support/typed-command.ts';
import { doctorCommand } from './doctor.ts';
import { RunError } from './errors.ts';

const { typed, printed } = typedCommand(doctorCommand);

const SOUND: Finding = { check: 'archive', status: 'ok', text: 'archive can be listed' };
const FAULT: Finding = {
  check: 'stream',
  status: 'wrong',
  text: 'stream lacks the tag',
  remedy: 'aws firehose tag-delivery-stream',
};
const OPEN: Finding = { check: 'metrics', status: 'unknown', text: 'nothing was metered' };

test('each finding has a line, and its command a line to copy', async () => {
  const findings = [SOUND, OPEN, FAULT];
  const typing = typed('doctor --stack two', { gateways: [], findings });
  await expect(typing).rejects.toThrow(new RunError('1 thing is wrong: stream'));
  expect(printed()).toBe(
    [
      'ok       archive       archive can be listed',
      'unknown  metrics       nothing was metered',
      'wrong    stream        stream lacks the tag',
      '         aws firehose tag-delivery-stream',
      '',
    ].join('\n'),
  );
});

test('what is not known is no fault', async () => {
  const answer = { gateways: [], findings: [SOUND, OPEN] };
  expect(await typed('doctor --stack two --json', answer)).toEqual([
    ['two-controller', { command: 'doctor' }],
  ]);
  expect(JSON.parse(printed())).toEqual([SOUND, OPEN]);
});

test('checks with several faults are named once', async () => {
  const typing = typed('doctor --json', { gateways: [], findings: [FAULT, FAULT] });
  await expect(typing).rejects.toThrow(new RunError('2 things are wrong: stream'));
});

test('a controller that does not know the command is older', async () => {
  const typing = typed('doctor', { gateways: [], ignored: 'request: command is "doctor"' });
  await expect(typing).rejects.toThrow(
    new RunError('the controller of natflow is older than doctor: deploy this version'),
  );
});
