import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { changeItem, readStored, type StateItem, type Versioned } from './state-item.ts';

const SCHEMA = v.object({ count: v.fallback(v.number(), 0) });
const NONE = { count: -1 };

function item(stored?: Versioned<{ readonly count: number }>, conflicts = 0) {
  const world = { stored, conflicts, saves: 0 };
  const state: StateItem<{ readonly count: number }> = {
    load: async () => world.stored,
    save: async (next, version) => {
      world.saves += 1;
      if (world.conflicts-- > 0 || version !== (world.stored?.version ?? 0)) return false;
      world.stored = { state: next, version: version + 1 };
      return true;
    },
  };
  return { world, state };
}

test.each(['', '{', 'null', '7', '[]'])('an item with the text %j is read as a new one', (text) => {
  expect(readStored(SCHEMA, text, NONE)).toEqual(text === '[]' ? { count: 0 } : NONE);
});

test('a member that cannot be read does not cost the others', () => {
  const schema = v.object({ ...SCHEMA.entries, name: v.fallback(v.string(), '') });
  expect(readStored(schema, '{"count":"x","name":"a"}', { ...NONE, name: '' })).toEqual({
    ...{ count: 0, name: 'a' },
  });
});

test('a change is made of what another invocation saved meanwhile', async () => {
  const { world, state } = item({ state: { count: 4 }, version: 7 }, 10);
  await changeItem('the count', state, NONE, ({ count }) => ({ count: count + 1 }));
  expect(world).toMatchObject({ stored: { state: { count: 5 }, version: 8 }, saves: 11 });
});

test('the eleventh conflict is an error', async () => {
  const { state } = item(undefined, 11);
  await expect(changeItem('the count', state, NONE, () => ({ count: 1 }))).rejects.toThrow(
    'the count is changed by too many at once',
  );
});

test('a change to the same state is not saved', async () => {
  const { world, state } = item();
  await changeItem('the count', state, NONE, (same) => same);
  expect(world.saves).toBe(0);
});
