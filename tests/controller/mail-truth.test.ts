import { expect, test } from '@jest/globals';
import type { Happening } from './happenings.ts';
import { History } from './history.ts';
import { falseSentences } from './mail-truth.ts';
import { World } from './world.ts';

const RULES = {
  recordingTime: 1_200_000,
  minimumRecordingTime: 120_000,
  firstLinesWait: 900_000,
  numOfRecordings: 2,
};
const alarm = (state: 'ALARM' | 'OK'): Happening[] => [
  { do: 'alarm', gateway: 0, state },
  { do: 'deliver', index: 0 },
  { do: 'finish', index: 0 },
];
const sweepAfter = (seconds: number): Happening[] => [
  { do: 'advance', seconds },
  { do: 'sweep' },
  { do: 'finish', index: 0 },
];

/** A spike of three minutes, whose first lines come after five. */
async function spike(): Promise<History> {
  const history = new History(new World(RULES, [{ after: 300_000 }]));
  const spike = [...alarm('ALARM'), { do: 'advance', seconds: 180 } as const, ...alarm('OK')];
  for (const what of [...spike, ...sweepAfter(180), ...sweepAfter(300)]) {
    if (what.do !== 'calm') await history.happen(what);
  }
  return history;
}

test('the mails of a spike shorter than the delay of its lines are true', async () => {
  const history = await spike();
  expect(history.world.mails.map(({ key }) => key.split(' ')[0])).toEqual(['started', 'finished']);
  expect(history.world.mails[1]?.text).toMatch(/begun to deliver its lines by 10:0[5-9]/);
  expect(falseSentences(history)).toEqual([]);
});

test.each([
  ['Recording 1 of 2', 'Recording 2 of 2'],
  ['Recording 1 of 2', 'Recording 1 of 3'],
  ['since 10:0', 'since 10:1'],
  [/at [\d:]+ UTC and is being recorded/, 'at 09:59 UTC and is being recorded'],
  [/passed .* UTC and is being recorded/, 'is being recorded as asked by hand'],
  [/flow log for \d+ min/, 'flow log for 1 min'],
  ['until its alarm was over', 'until the time of the recording was up'],
  ['until its alarm was over', 'until it was stopped by hand'],
  ['until its alarm was over', 'until it was deleted outside natflow'],
  [/lines by [\d:]+/, 'lines by 10:01:00'],
  [/AWS had begun.*/, 'By then natflow had not seen AWS report a delivery of its lines.'],
  ['UTC.\n', 'UTC, and reported that it could not deliver: no.\n'],
  ['Recordings left: 1 of 2', 'Recordings left: 3 of 2'],
])('a mail in which %s is %s has a false sentence', async (sentence, other) => {
  const history = await spike();
  const { mails } = history.world;
  const changed = mails.map((mail) => ({ ...mail, text: mail.text.replace(sentence, other) }));
  mails.splice(0, mails.length, ...changed);
  expect(falseSentences(history)).not.toEqual([]);
});
