import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Happening, happenings } from './happenings.ts';
import { History } from './history.ts';
import { Oracle } from './oracle.ts';
import { World } from './world.ts';

const HISTORIES = Number(process.env['NATFLOW_HISTORIES'] ?? 1000);
const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 2 ** 31);

const rules = fc.record({
  recordingTime: fc.constantFrom(0, 180_000, 600_000),
  minimumRecordingTime: fc.constantFrom(0, 120_000),
  firstLinesWait: fc.constantFrom(0, 900_000),
  numOfRecordings: fc.constantFrom(0, 1, 2),
});

/** From the creation of a flow log until its first delivery; some deliver nothing. */
const delays = fc.array(fc.constantFrom(0, 60_000, 300_000, 600_000, 1_200_000, Infinity), {
  ...{ minLength: 1, maxLength: 3 },
});

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

test(`in ${HISTORIES} random histories every spike is recorded and every recording stops`, async () => {
  process.stdout.write(`seed ${SEED}: NATFLOW_SEED=${SEED} NATFLOW_HISTORIES=${HISTORIES}\n`);
  let flowLogs = 0;
  const histories = fc.asyncProperty(rules, delays, happenings, async (chosen, late, happened) => {
    const world = new World(chosen, late);
    await play(world, happened);
    flowLogs += world.flowLogs.length;
  });
  await fc.assert(histories, { numRuns: HISTORIES, seed: SEED });
  expect(flowLogs).toBeGreaterThan(HISTORIES / 2);
}, 600_000);
