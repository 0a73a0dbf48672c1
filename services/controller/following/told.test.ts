import { expect, test } from '@jest/globals';
import { NOTHING_TOLD, readTold, type Told, withDone, withNews, writeTold } from './told.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 14);
const LEASE = 120_000;
const watching = (...ids: readonly string[]) => ({
  watched: ids.map((id) => ({ id })),
  deployed: [{ id: 'nat-a' }],
  isDeleted: () => true,
});
const told: Told = withNews(NOTHING_TOLD, watching('nat-a', 'nat-b'), NOW);

test('news that were sent on one way are sent on the other alone, and newer news come after them', () => {
  const partly = withDone(told, ['mail']);
  const later = withNews(partly, watching('nat-a', 'nat-b', 'nat-c'), NOW + LEASE);
  expect(later.mail).toMatchObject({ added: [{ id: 'nat-b' }], done: ['mail'], at: NOW });
  expect(later.watched).toEqual([{ id: 'nat-a' }, { id: 'nat-b' }]);
  const { mail: _, ...sent } = later;
  const next = withNews(sent, watching('nat-a', 'nat-b', 'nat-c'), NOW + 2 * LEASE);
  expect(next.mail).toMatchObject({ added: [{ id: 'nat-c' }] });
  expect(next.mail).not.toHaveProperty('done');
});

test('an item is read as it was written, and one that knows of no ways as well', () => {
  const partly = withDone(told, ['mail']);
  expect(readTold(writeTold(partly))).toEqual(partly);
  const { at: _, ...mail } = told.mail ?? { at: 0 };
  expect(readTold(JSON.stringify({ ...told, mail }))).toEqual({ ...told, mail });
});
