import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Happening, happenings } from './happenings.ts';
import { History } from './history.ts';
import { Oracle } from './oracle.ts';
import { World } from './world.ts';

const HISTORIES = Number(process.env['NATFLOW_HISTORIES'] ?? 500);
const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 2 ** 31);

const rules = fc.record({
  recordingTime: fc.constantFrom(0, 180_000, 600_000),
  minimumRecordingTime: fc.constantFrom(0, 120_000),
  firstLinesWait: fc.constantFrom(0, 900_000),
  numOfRecordings: fc.constantFrom(0, 1, 2),
});

/** Most flow logs deliver lines sooner or later, some never, and some fail. */
const lines = fc.array(
  fc.record({
    after: fc.constantFrom(0, 60_000, 300_000, 600_000, 1_200_000, Infinity),
    fails: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Plays a history to its end and checks it with the oracle. A failure has the trace of the history. */
async function play(world: World, happened: readonly Happening[]): Promise<void> {
  const history = new History(world);
  const oracle = new Oracle(history);
  try {
    for (const what of happened) {
      await (what.do === 'calm' ? oracle.calm() : history.happen(what));
      if (world.violation !== undefined) throw world.violation;
    }
    await oracle.end();
    if (world.violation !== undefined) throw world.violation;
  } catch (error) {
    throw new Error(`${error}\n${world.trace.join('\n')}`, { cause: error });
  }
}

const TROUBLES = ['late', 'failed', 'throttled'] as const;
type Trouble = (typeof TROUBLES)[number];

/** What a history had, beside its alarms: lines that came late, a delivery that failed, a call that was throttled. */
function troublesOf({ flowLogs, now, trace }: World): Trouble[] {
  const has: Record<Trouble, boolean> = {
    late: flowLogs.some(({ createdAt, deliversAt }) => deliversAt >= createdAt + 60_000),
    failed: flowLogs.some(({ failsAt = Infinity }) => failsAt <= now),
    throttled: trace.some((line) => line.endsWith(' throttled')),
  };
  return TROUBLES.filter((kind) => has[kind]);
}

test(`in ${HISTORIES} random histories every spike is recorded and every recording stops`, async () => {
  process.stdout.write(`seed ${SEED}: NATFLOW_SEED=${SEED} NATFLOW_HISTORIES=${HISTORIES}\n`);
  let flowLogs = 0;
  const troubled = { late: 0, failed: 0, throttled: 0, 'all three': 0 };
  const histories = fc.asyncProperty(
    rules,
    lines,
    happenings,
    async (chosen, chosenLines, happened) => {
      const world = new World(chosen, chosenLines);
      await play(world, happened);
      flowLogs += world.flowLogs.length;
      const troubles = troublesOf(world);
      for (const kind of troubles) troubled[kind] += 1;
      if (troubles.length === 3) troubled['all three'] += 1;
    },
  );
  await fc.assert(histories, { numRuns: HISTORIES, seed: SEED });
  process.stdout.write(`${JSON.stringify(troubled)}\n`);
  expect(flowLogs).toBeGreaterThan(HISTORIES / 2);
  for (const kind of TROUBLES) expect(troubled[kind]).toBeGreaterThan(HISTORIES / 8);
  expect(troubled['all three']).toBeGreaterThan(HISTORIES / 25);
}, 600_000);
