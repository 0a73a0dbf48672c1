import { expect, test } from '@jest/globals';
import type { Configuration } from './model.ts';
import {
  failuresOverlooked,
  itemBeforeFlowLogs,
  lastSaveWins,
  linesTakenForGranted,
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
const LATE_RULES = { ...RULES, firstLinesWait: 480_000 };
/** AWS says nothing of lines, and no recording waits for them. */
const AT_ONCE = {};
const PATIENCE_MS = 60_000;

async function exploreWith(plant: Plant, budget: Partial<Budget>, more: Partial<Configuration>) {
  const configuration = { name: 'planted', rules: RULES, runs: 2, budget, plant, ...more };
  return await explore(configuration, { until: Date.now() + PATIENCE_MS, mostFindings: 1 });
}

test.each<[string, Plant, Partial<Budget>, Partial<Configuration>, string]>([
  [
    'the item is read before the flow logs are listed, and saved nevertheless',
    oldItemWithNewVersion,
    { sweeps: 1 },
    AT_ONCE,
    'was forgotten while it was recording',
  ],
  [
    'a save does not check for another one before it',
    lastSaveWins,
    { sweeps: 1 },
    AT_ONCE,
    'counts 1 more and tells of 0',
  ],
  [
    'the stop is armed after the start',
    startBeforeStop,
    {},
    AT_ONCE,
    'was started without an armed stop',
  ],
  [
    'a start without a response is taken for a success',
    startTakenForGranted,
    { faults: 1 },
    AT_ONCE,
    'is counted without a flow log',
  ],
  [
    'a mail that could not be sent is dropped',
    mailsWithoutReceipt,
    { faults: 1 },
    AT_ONCE,
    'is forgotten before it was told',
  ],
  [
    'a recording does not wait for its lines',
    linesTakenForGranted,
    { alarms: 2, waits: 1 },
    { rules: LATE_RULES, runs: 1, delivery: { after: 180_000 } },
    'ended before its lines',
  ],
  [
    'a recording counts whose lines AWS could not deliver',
    failuresOverlooked,
    { waits: 1 },
    { rules: LATE_RULES, delivery: { after: 120_000, fails: true } },
    '1 counted of',
  ],
])(
  'the explorer finds that %s',
  async (_, plant, budget, more, violation) => {
    const { findings } = await exploreWith(plant, { alarms: 1, ...budget }, more);
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
    const report = await exploreWith(itemBeforeFlowLogs, { alarms: 1, sweeps: 1 }, AT_ONCE);
    expect(report).toMatchObject({ isComplete: true, findings: [] });
    expect(report.states).toBeGreaterThan(1000);
  },
  PATIENCE_MS,
);
