import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quickselect } from './quickselect.ts';

test('selection finds what sorting would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60, size: 'max' }),
      fc.nat(),
      (values, any) => {
        const place = any % values.length;
        expect(quickselect(Float64Array.from(values), place)).toBe(
          values.toSorted((a, b) => a - b)[place],
        );
      },
    ),
  );
});
