import { expect, test } from '@jest/globals';
import { dangersIn, HOSTILE } from '../../tests/support/hostile-text.ts';
import { ShapeError } from '../read-shape.ts';
import { readReporterCommand } from './reporter.ts';

const recording = {
  id: 'nat-0c11-20261122T101430Z-1',
  gatewayId: 'nat-0c11',
  startedAt: 1,
  endedAt: 2,
};

test('the command for a report has the recording, whose optional members may be missing', () => {
  const whole = {
    ...{ ...recording, gatewayName: 'a', threshold: 3, recordingsLeft: '7 of 10' },
    ...{ spikeAt: 0, deliveryError: 'Access error' },
  };
  const read = (asked: object) => readReporterCommand({ command: 'report', recording: asked });
  expect(read({ ...whole, else: 'is left out' })).toEqual({ command: 'report', recording: whole });
  expect(read(recording)).toEqual({ command: 'report', recording });
  expect(read({ ...recording, threshold: '3', gatewayName: 4, recordingsLeft: null })).toEqual({
    command: 'report',
    recording,
  });
});

test('the commands for the list and for one report are read', () => {
  expect(readReporterCommand({ command: 'list' })).toEqual({ command: 'list' });
  expect(readReporterCommand({ command: 'show', id: recording.id })).toEqual({
    command: 'show',
    id: recording.id,
  });
});

const withRecording = (odd: object) => ({ command: 'report', recording: { ...recording, ...odd } });

test.each<[unknown, string]>([
  [undefined, ' is undefined, an object was expected'],
  [null, ' is null, an object was expected'],
  ['list', ' is "list", an object was expected'],
  [{}, ': command is missing'],
  [
    { command: 'sweep' },
    ': command is "sweep", "report" or "look" or "digest" or "list" or "show" or "month" or "share" was expected',
  ],
  [{ command: 'report' }, ': recording is missing'],
  [{ command: 'report', recording: 'x' }, ': recording is "x", an object was expected'],
  [withRecording({ endedAt: '2' }), ': recording.endedAt is "2", a number was expected'],
  [
    withRecording({ startedAt: 1e300 }),
    ': recording.startedAt is 1e+300, a time in Unix milliseconds was expected',
  ],
  [withRecording({ id: '../../x' }), ': recording.id is "../../x", an id was expected'],
  [withRecording({ gatewayId: 'a/b' }), ': recording.gatewayId is "a/b", an id was expected'],
  [{ command: 'show' }, ': id is missing'],
  [{ command: 'show', id: '' }, ': id is "", an id was expected'],
  [{ command: 'show', id: '--html' }, ': id is "--html", an id was expected'],
  [{ command: 'show', id: 'a/report.json' }, ': id is "a/report.json", an id was expected'],
  [{ command: 'show', id: 'a\n' }, ': id is "a\\n", an id was expected'],
  [{ command: 'show', id: 'a'.repeat(65) }, `: id is "${'a'.repeat(59)}…, an id was expected`],
])('%j is refused in a sentence', (event, sentence) => {
  const refused = new ShapeError(`request for a report${sentence}`);
  expect(() => readReporterCommand(event)).toThrow(refused);
});

test('a long event is quoted in part', () => {
  const event = { command: 'show', id: 'a'.repeat(10_000) };
  expect(() => readReporterCommand(event)).toThrow(/^.{1,250}$/);
});

test('a refused event is quoted as printable text', () => {
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
