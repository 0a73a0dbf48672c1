import { expect, jest, test } from '@jest/globals';
import { typedCommand } from '../../tests/support/typed-command.ts';
import { RunError, UsageError } from './errors.ts';
import { recordCommand } from './record.ts';

const GATEWAY = 'nat-0c11aa22bb33cc44d';
const AT = (text: string) => Date.parse(`2026-11-22T${text}Z`);
const idle = { gatewayId: GATEWAY, name: 'prod-egress-a', counted: 3, cap: 10 };
const recording = {
  id: `${GATEWAY}-20261122T101430Z-1`,
  phase: 'recording',
  cause: 'manual',
  startedAt: AT('10:14:30'),
  deadline: AT('10:19:30'),
};

const { typed, printed } = typedCommand(recordCommand);

test("start invokes the stack's controller, and prints the end of the recording", async () => {
  const answer = { gateways: [{ ...idle, recording }] };
  expect(await typed(`record start ${GATEWAY} --minutes 20`, answer)).toEqual([
    ['natflow-controller', { command: 'start', gatewayId: GATEWAY, minutes: 20 }],
  ]);
  expect(printed()).toBe(
    `recording ${GATEWAY} (prod-egress-a) until 2026-11-22 10:19:30 UTC at the latest, 3 of 10 used\n`,
  );
});

test.each([
  [' --minutes 14', 1],
  [' --minutes 15', 0],
  ['', 0],
])('start%s warns %d times that lines begin late', async (minutes, times) => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await typed(`record start ${GATEWAY}${minutes}`, { gateways: [{ ...idle, recording }] });
  const warnings = written.mock.calls.filter(([text]) => String(text).includes('several minutes'));
  expect(warnings).toHaveLength(times);
  written.mockRestore();
});

test('stop and reset go to the given stack', async () => {
  const answer = { gateways: [{ ...idle, cap: 0, name: undefined }] };
  expect(await typed(`record stop ${GATEWAY} --stack two`, answer)).toEqual([
    ['two-controller', { command: 'stop', gatewayId: GATEWAY }],
  ]);
  await typed(`record reset ${GATEWAY} --stack two`, answer);
  expect(printed()).toBe(`stopped recording ${GATEWAY}, 3 so far\nreset ${GATEWAY}, 3 so far\n`);
});

test('list prints a table of all gateways', async () => {
  const last = { ...recording, startedAt: AT('09:00:00'), endedAt: AT('09:15:00') };
  const gateways = [
    { ...idle, recording },
    { gatewayId: 'nat-0d', counted: 0, cap: 0, last },
  ];
  await typed('record list', { gateways });
  expect(
    printed()
      .split('\n')
      .map((line) => line.replace(/ {2,}/g, '  ')),
  ).toEqual([
    'GATEWAY  NAME  STATE  SINCE (UTC)  UNTIL (UTC)  USED',
    `${GATEWAY}  prod-egress-a  recording  2026-11-22 10:14:30  2026-11-22 10:19:30  3 of 10 used`,
    'nat-0d  -  idle  2026-11-22 09:00:00  2026-11-22 09:15:00  0 so far',
    '',
  ]);
});

test("--json prints the controller's answer", async () => {
  await typed('record list --json', { gateways: [idle] });
  expect(JSON.parse(printed())).toEqual([idle]);
});

test('a refusal is reported as an error with the reason', async () => {
  const answer = { gateways: [idle], refused: 'nothing is being recorded' };
  await expect(typed(`record stop ${GATEWAY}`, answer)).rejects.toThrow(
    new RunError(`cannot stop recording ${GATEWAY}: nothing is being recorded`),
  );
  expect(printed()).toBe('');
});

test.each([
  ['without a recording', {}],
  ['with a recording that is being stopped', { recording: { ...recording, phase: 'stopping' } }],
])('start is an error when the answer is %s', async (_, more) => {
  const answer = { gateways: [{ ...idle, ...more }] };
  for (const options of ['', ' --verify', ' --json']) {
    await expect(typed(`record start ${GATEWAY} --stack two${options}`, answer)).rejects.toThrow(
      new RunError(
        `cannot start recording ${GATEWAY}: it was given up at once; see why with "aws logs tail /natflow/two/controller --since 10m"`,
      ),
    );
  }
  expect(printed()).toBe('');
});

test('start says no end when the answer has none', async () => {
  const endless = { ...recording, deadline: undefined };
  await typed(`record start ${GATEWAY}`, { gateways: [{ ...idle, recording: endless }] });
  expect(printed()).toBe(`recording ${GATEWAY} (prod-egress-a), 3 of 10 used\n`);
});

test('a recording without an end is not listed with the end of an earlier one', async () => {
  const last = { ...recording, startedAt: AT('09:00:00'), endedAt: AT('09:15:00') };
  const endless = { ...recording, deadline: undefined };
  await typed('record list', { gateways: [{ ...idle, recording: endless, last }] });
  expect(printed()).toMatch(/ recording +2026-11-22 10:14:30 +- +3 of 10 used\n$/);
});

test('a command that the controller cannot read is reported as an error with the reason', async () => {
  const ignored = 'request: minutes is 9999, a number above 0 and up to 1440 was expected';
  const start = typed(`record start ${GATEWAY} --minutes 9999`, { gateways: [], ignored });
  await expect(start).rejects.toThrow(
    new RunError(`cannot start recording ${GATEWAY}: ${ignored}`),
  );
  expect(printed()).toBe('');
});

test.each([
  ['record start', 'record start needs a NAT gateway, nat-…'],
  ['record start vpc-1', '"vpc-1" is not the id of a NAT gateway, nat-…'],
  ['record list nat-0a', 'record list shows all gateways'],
  ['record stop nat-0a --minutes 5', 'only start has --minutes'],
  ['record stop nat-0a --verify', 'only start has --verify'],
  ['record start nat-0a --minutes 0', '--minutes 0 would record nothing; the least is 1'],
])('%s is wrong', async (line, sentence) => {
  await expect(typed(line, { gateways: [] })).rejects.toThrow(new UsageError(sentence));
});

test('an unknown action is a usage error', async () => {
  await expect(typed('record pause nat-0a', { gateways: [] })).rejects.toMatchObject({
    code: 'commander.invalidArgument',
  });
});
