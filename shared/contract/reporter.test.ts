import { expect, test } from '@jest/globals';
import { dangersIn, HOSTILE } from '../../tests/support/hostile-text.ts';
import { readReporterCommand } from './reporter.ts';

const recording = {
  id: 'nat-0c11-20261122T101430Z-1',
  gatewayId: 'nat-0c11',
  startedAt: 1,
  endedAt: 2,
};

test('a report is asked for with the recording, and what may be missing may be', () => {
  const whole = { ...recording, gatewayName: 'a', threshold: 3, recordingsLeft: '7 of 10' };
  const read = (asked: object) => readReporterCommand({ command: 'report', recording: asked });
  expect(read({ ...whole, else: 'is left out' })).toEqual({ command: 'report', recording: whole });
  expect(read(recording)).toEqual({ command: 'report', recording });
  expect(read({ ...recording, threshold: '3', gatewayName: 4, recordingsLeft: null })).toEqual({
    command: 'report',
    recording,
  });
});

test('a list, and one report', () => {
  expect(readReporterCommand({ command: 'list' })).toEqual({ command: 'list' });
  expect(readReporterCommand({ command: 'show', id: recording.id })).toEqual({
    command: 'show',
    id: recording.id,
  });
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['text', 'list'],
  ['another command', { command: 'sweep' }],
  ['a report without a recording', { command: 'report' }],
  ['a recording that is none', { command: 'report', recording: recording.id }],
  ['a recording without a time', { command: 'report', recording: { ...recording, endedAt: '2' } }],
  ['an id with slashes', { command: 'report', recording: { ...recording, id: '../../flows/x' } }],
  ['a gateway with slashes', { command: 'report', recording: { ...recording, gatewayId: 'a/b' } }],
  ['nothing to show', { command: 'show' }],
  ['an empty id', { command: 'show', id: '' }],
  ['an id that is an option', { command: 'show', id: '--html' }],
  ['an id with a slash to show', { command: 'show', id: 'a/report.json' }],
  ['an id that is too long', { command: 'show', id: 'a'.repeat(65) }],
  ['an id with a line end', { command: 'show', id: 'a\n' }],
])('refused: %s', (_, event) => {
  expect(() => readReporterCommand(event)).toThrow(/^request for a report/);
});

test('a long event is not repeated whole', () => {
  const event = { command: 'show', id: 'a'.repeat(10_000) };
  expect(() => readReporterCommand(event)).toThrow(/^.{1,250}$/);
});

test('what a refused event says is quoted as printable text', () => {
  const command = HOSTILE.slice(-60);
  let said = '';
  try {
    readReporterCommand({ command });
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain('FORGED');
  expect(dangersIn(said)).toEqual([]);
});
