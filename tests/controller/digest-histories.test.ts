import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Happening } from './happenings.ts';
import { History } from './history.ts';
import { Oracle } from './oracle.ts';
import { World } from './world.ts';

const HOUR_S = 3600;
const RULES = {
  recordingTime: 600_000,
  minimumRecordingTime: 0,
  firstLinesWait: 0,
  numOfRecordings: 0,
  digest: { after: 2, time: 4 * HOUR_S * 1000 },
};

const invoked: Happening[] = [
  { do: 'deliver', index: 0 },
  { do: 'finish', index: 0 },
];
const alarm = (state: 'ALARM' | 'OK'): Happening[] => [
  { do: 'alarm', gateway: 0, state },
  ...invoked,
];
const spike: Happening[] = [...alarm('ALARM'), { do: 'advance', seconds: 180 }, ...alarm('OK')];
const sweep: Happening[] = [{ do: 'sweep' }, { do: 'finish', index: 0 }];
const after = (seconds: number): Happening => ({ do: 'advance', seconds });

/** Plays what happens; `end` plays on until everything is over and checks that nothing is lost. */
async function play(happened: readonly Happening[], isToEnd = false): Promise<World> {
  const world = new World(RULES);
  const history = new History(world);
  const oracle = new Oracle(history);
  try {
    for (const what of happened) if (what.do !== 'calm') await history.happen(what);
    if (isToEnd) await oracle.end();
    if (world.violation !== undefined) throw world.violation;
    return world;
  } catch (error) {
    throw new Error(`${error}\n${world.trace.join('\n')}`, { cause: error });
  }
}

/** What people are mailed: `digest 3` tells of three recordings. Quiet notifications are events alone. */
const mailed = (world: World) =>
  world.mails.flatMap(({ notification }) => {
    if (notification.kind === 'digest') return [`digest ${notification.recordingIds.length}`];
    const isQuiet = 'recording' in notification && notification.recording.collected;
    return isQuiet ? [] : [notification.kind];
  });

const night = (spikes: number): Happening[] =>
  Array.from({ length: spikes }, () => [...spike, after(1200), ...sweep]).flat();

test('of five spikes within four hours, two are told one by one and three in one mail, with all events', async () => {
  const world = await play([...night(5), after(4 * HOUR_S), ...sweep]);
  const each = ['started', 'finished'];
  expect(mailed(world)).toEqual([...each, ...each, 'digest 3']);
  expect(world.events).toHaveLength(11);
});

test('while the time lasts no digest is sent, and a spike after it is told by itself again', async () => {
  const short = await play([...night(3), after(HOUR_S), ...sweep]);
  expect(mailed(short).filter((mail) => mail.startsWith('digest'))).toEqual([]);
  const long = await play([...night(3), after(5 * HOUR_S), ...spike, ...sweep]);
  expect(mailed(long).slice(4).sort()).toEqual(['digest 1', 'finished', 'started']);
});

test.each([
  ['lost', [after(4 * HOUR_S), after(300), ...sweep]],
  ['repeated', [after(4 * HOUR_S), ...sweep, ...sweep, ...sweep]],
  [
    'at once with another',
    [after(4 * HOUR_S), { do: 'sweep' }, { do: 'sweep' }, ...sweep, { do: 'finish', index: 0 }],
  ],
] as const)('a sweep that is %s sends one digest', async (_, sweeps) => {
  const world = await play([...night(4), ...sweeps, { do: 'finish', index: 0 }]);
  expect(mailed(world).filter((mail) => mail.startsWith('digest'))).toEqual(['digest 2']);
});

test('a digest whose event failed is not mailed again', async () => {
  const partly: Happening = { do: 'fault', call: 'notify', fault: 'partly' };
  const world = await play([
    ...[...night(4), after(4 * HOUR_S), partly, ...sweep],
    ...[after(130), ...sweep, after(130), ...sweep],
  ]);
  expect(mailed(world).filter((mail) => mail.startsWith('digest'))).toEqual(['digest 2']);
  expect(world.events.filter((key) => key.startsWith('digest'))).toHaveLength(1);
});

const fault: fc.Arbitrary<Happening> = fc.record({
  do: fc.constant('fault' as const),
  call: fc.constantFrom('notify', 'save', 'load', 'flowLogs', 'alarms'),
  fault: fc.constantFrom('partly', 'throttled', 'lost', 'repeated', 'crash before', 'crash after'),
});
const part: fc.Arbitrary<Happening[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(spike) },
  { weight: 3, arbitrary: fc.constant(sweep) },
  { weight: 3, arbitrary: fc.constantFrom(60, 700, HOUR_S, 4 * HOUR_S).map((s) => [after(s)]) },
  { weight: 1, arbitrary: fc.constant<Happening[]>([{ do: 'sweep' }]) },
  { weight: 1, arbitrary: fc.constant<Happening[]>([{ do: 'lose', index: 0 }]) },
  { weight: 1, arbitrary: fc.constantFrom('fail', 'meddle', 'start', 'stop').map(byHand) },
  { weight: 2, arbitrary: fault.map((each) => [each]) },
);

function byHand(what: 'fail' | 'meddle' | 'start' | 'stop'): Happening[] {
  return [{ do: what, gateway: 0 }, ...invoked];
}

test('in random nights every recording is told by itself or in one digest, and none is lost', async () => {
  let digests = 0;
  const nights = fc.asyncProperty(
    fc.array(part, { minLength: 5, maxLength: 30, size: 'max' }),
    async (parts) => {
      const world = await play(parts.flat(), true);
      digests += world.mails.filter(({ key }) => key.startsWith('digest')).length;
    },
  );
  await fc.assert(nights, { numRuns: 60 });
  expect(digests).toBeGreaterThan(30);
});
