import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { natflowHere } from '../../tests/support/natflow-here.ts';
import { natflow, PATIENCE_MS } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

test('synth writes the text of its seed to standard output', async () => {
  const args = ['--flows', '2001', '--seed', '7', '--start', '1700000000'];
  const { code, stdout, stderr } = await natflow('synth', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const text = [...synthesize({ flows: 2001, seed: 7, start: 1_700_000_000 })].join('');
  expect(stdout === text).toBe(true);
});

test('without a seed, the text is the same every time', async () => {
  const { stdout } = await natflowHere('synth', '--flows', '10');
  expect(stdout).toBe([...synthesize({ flows: 10, seed: 1 })].join(''));
  expect(stdout.match(/ OK /g)).toHaveLength(10);
});
