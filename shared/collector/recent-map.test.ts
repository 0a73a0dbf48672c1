import { expect, test } from '@jest/globals';
import { RecentMap } from './recent-map.ts';

test('the oldest entries are removed when the weights exceed the limit', () => {
  const map = new RecentMap<number>(10, (weight) => weight);
  map.set('a', 4);
  map.set('b', 4);
  map.set('c', 4);
  expect([...map.values()]).toEqual([4, 4]);
  expect(map.get('a')).toBeUndefined();
});

test('an entry that is stored again is the newest, and its weight counts once', () => {
  const map = new RecentMap<number>(10, (weight) => weight);
  map.set('a', 4);
  map.set('b', 4);
  map.set('a', 5);
  map.set('c', 3);
  expect(map.get('a')).toBe(5);
  expect(map.get('b')).toBeUndefined();
});

test('an entry heavier than the limit is kept as the only one', () => {
  const map = new RecentMap<number>(10, (weight) => weight);
  map.set('a', 4);
  map.set('b', 11);
  expect([...map.values()]).toEqual([11]);
});

test('a value that has grown is weighed when it is stored again', () => {
  const map = new RecentMap<string[]>(3, (list) => list.length);
  const grown = ['a'];
  map.set('grown', grown);
  map.set('other', ['b']);
  grown.push('c', 'd');
  map.set('grown', grown);
  expect([...map.values()]).toEqual([grown]);
  map.delete('grown');
  for (const key of ['x', 'y', 'z']) map.set(key, ['e']);
  expect(map.size).toBe(3);
});
