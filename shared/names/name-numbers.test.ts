import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NameNumbers } from './name-numbers.ts';

test('every text has the number that it was given, however many there are', () => {
  const text = fc.oneof(fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 40 }));
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 200 }), fc.array(text), (texts, others) => {
      const names = new NameNumbers();
      const before = Array.from({ length: 1100 }, (_, index) => `${index}.example.com`);
      const all = [...new Set([...before, ...texts])];
      const bytes = (name: string) => Buffer.from(`${name} and more`);
      const sizeOf = (name: string) => Buffer.byteLength(name);
      for (const [index, name] of all.entries()) {
        names.put(bytes(name), sizeOf(name), 3 * index + 1);
      }
      const asked = [...all, ...others];
      expect(asked.map((name) => names.find(bytes(name), sizeOf(name)))).toEqual(
        asked.map((name) => (all.includes(name) ? 3 * all.indexOf(name) + 1 : 0)),
      );
      expect(all.map((_, index) => names.text(3 * index + 1))).toEqual(
        all.map((name) => Buffer.from(name).toString()),
      );
      expect(names.text(2)).toBeUndefined();
    }),
    { numRuns: 10 },
  );
});
