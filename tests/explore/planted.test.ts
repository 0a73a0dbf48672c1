import { expect, test } from '@jest/globals';
import {
  itemBeforeFlowLogs,
  lastSaveWins,
  mailsWithoutReceipt,
  oldItemWithNewVersion,
  startBeforeStop,
  startTakenForGranted,
} from './planted.ts';
import type { Plant } from './program.ts';
import { explore } from './search.ts';
import type { Budget } from './world.ts';

const RULES = {
  ...{ recordingTime: 600_000, minimumRecordingTime: 120_000, firstLinesWait: 0 },
  numOfRecordings: 2,
};
const PATIENCE_MS = 60_000;

async function exploreWith(plant: Plant, budget: Partial<Budget>) {
  const configuration = { name: 'planted', rules: RULES, runs: 2, budget, plant };
  return await explore(configuration, { until: Date.now() + PATIENCE_MS, mostFindings: 1 });
}

test.each<[string, Plant, Partial<Budget>, string]>([
  [
    'the item is read before the flow logs are listed, and saved nevertheless',
    oldItemWithNewVersion,
    { sweeps: 1 },
    'was forgotten while it was recording',
  ],
  [
    'a save does not check for another one before it',
    lastSaveWins,
    { sweeps: 1 },
    'counts 1 more and tells of 0',
  ],
  ['the stop is armed after the start', startBeforeStop, {}, 'was started without an armed stop'],
  [
    'a start without a response is taken for a success',
    startTakenForGranted,
    { faults: 1 },
    'is counted without a flow log',
  ],
  [
    'a mail that could not be sent is dropped',
    mailsWithoutReceipt,
    { faults: 1 },
    'is forgotten before it was told',
  ],
])(
  'the explorer finds that %s',
  async (_, plant, budget, violation) => {
    const { findings } = await exploreWith(plant, { alarms: 1, ...budget });
    expect(findings).toEqual([
      {
        violation: expect.stringContaining(violation),
        trace: expect.arrayContaining(['alarm ALARM']),
      },
    ]);
  },
  PATIENCE_MS,
);

test(
  'reading in the wrong order alone is harmless, because a deletion that matters follows a save that would fail',
  async () => {
    const report = await exploreWith(itemBeforeFlowLogs, { alarms: 1, sweeps: 1 });
    expect(report).toMatchObject({ isComplete: true, findings: [] });
    expect(report.states).toBeGreaterThan(1000);
  },
  PATIENCE_MS,
);
