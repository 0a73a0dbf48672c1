import { expect, test } from '@jest/globals';
import { renderJson } from '../../shared/report/render/json.ts';
import { reportOn, storyLines } from '../../tests/reporter/story.ts';
import { monthSoFar, newestOf } from './report-store.ts';

const GATEWAY = 'nat-0c11';
const REPORT = renderJson(reportOn(storyLines()));
const { cost } = reportOn(storyLines());
const idAt = (stamp: string, gateway = GATEWAY) => `${gateway}-${stamp}T101430Z-1`;

/** A store of these recordings, each with the report of the story unless another text is given. */
function storeOf(ids: readonly string[], texts: Readonly<Record<string, string>> = {}) {
  const read: string[] = [];
  return {
    read,
    async *reports(beginning: string) {
      yield* ids.filter((id) => id.startsWith(beginning));
    },
    async report(id: string) {
      read.push(id);
      return texts[id] ?? REPORT;
    },
  };
}

test('the newest come first, and no more are read than are wanted', async () => {
  const days = ['20261101', '20261130', '20261115'].map((day) => idAt(day));
  const store = storeOf(days);
  const { recordings, notListed } = await newestOf(store, { most: 2 });
  expect(recordings.map(({ id }) => id)).toEqual([days[1], days[2]]);
  expect(notListed).toBe(1);
  expect(store.read).toHaveLength(2);
});

test('more than are read at a time keep their order', async () => {
  const ids = Array.from({ length: 50 }, (_, i) => idAt(`2026${1000 + 10 * i}`));
  const { recordings } = await newestOf(storeOf(ids), { most: 100 });
  expect(recordings.map(({ id }) => id)).toEqual(ids.toReversed());
});

test('a month is that of the id, in UTC', async () => {
  const ids = ['20261031', '20261101', '20261130', '20261201', '20251101'].map((day) => idAt(day));
  const { recordings, notListed } = await newestOf(storeOf(ids), { month: '2026-11', most: 9 });
  expect(recordings.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  expect(notListed).toBe(0);
});

test('a report of another release is not listed, and no obstacle to the others', async () => {
  const [old, gone, now] = ['20261101', '20261102', '20261103'].map((day) => idAt(day)) as [
    string,
    string,
    string,
  ];
  const { recordings, notListed } = await newestOf(
    storeOf([old, now], { [old]: '{"gateway":{}}' }),
    { most: 9 },
  );
  expect(recordings.map(({ id }) => id)).toEqual([now]);
  expect(notListed).toBe(1);
  const broken = newestOf(storeOf([gone], { [gone]: '{' }), { most: 9 });
  await expect(broken).rejects.toThrow(SyntaxError);
});

test("a gateway's month is the sum of its own recordings", async () => {
  const own = [idAt('20261101'), idAt('20261122')];
  const others = [idAt('20261031'), idAt('20261102', 'nat-0d22'), idAt('20261102', `${GATEWAY}5`)];
  expect(
    await monthSoFar(storeOf([...own, ...others]), { id: own[1] ?? '', gatewayId: GATEWAY }),
  ).toEqual({
    month: '2026-11',
    recordings: 2,
    bytes: expect.any(Number),
    cost: 2 * (cost.total ?? 0),
    unpriced: 0,
    recordingCost: 2 * cost.recording,
    notListed: 0,
  });
});
