import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DIMENSIONS } from '../../shared/report/model/filter/dimensions.ts';
import { readView, toggled, viewText } from './view.ts';

const filter = fc.record({
  by: fc.constantFrom(...DIMENSIONS),
  is: fc.string({ unit: 'grapheme' }),
});
const view = fc.record({
  filters: fc.array(filter),
  search: fc.string({ unit: 'grapheme' }),
  full: fc.array(fc.constantFrom('pairs-table', 'sources-table')),
  sort: fc.option(
    fc.record({
      table: fc.constantFrom('pairs-table', 'sources-table'),
      column: fc.nat(12),
      isDescending: fc.boolean(),
    }),
    { nil: undefined },
  ),
});

test('an address shows what it was made of', () => {
  fc.assert(fc.property(view, (shown) => expect(readView(`#${viewText(shown)}`)).toEqual(shown)));
});

test('any address is a view', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readView(`#${text}`)).toHaveProperty('filters');
    }),
  );
});

test('the name of a section is an empty view', () => {
  expect(readView('#tables')).toEqual(readView(''));
});

test('a second pick takes a filter away', () => {
  const one = { by: 'source', is: '10.0.0.1' } as const;
  const other = { by: 'target', is: 'S3' } as const;
  expect(toggled([], [one, other])).toEqual([one, other]);
  expect(toggled([one], [one, other])).toEqual([one, other]);
  expect(toggled([one, other], [other])).toEqual([one]);
});
