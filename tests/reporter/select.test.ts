import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { select } from '../../shared/report/select.ts';

test('selection finds what sorting would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60, size: 'max' }),
      fc.nat(),
      (values, any) => {
        const place = any % values.length;
        expect(select(Float64Array.from(values), place)).toBe(
          values.toSorted((a, b) => a - b)[place],
        );
      },
    ),
  );
});
