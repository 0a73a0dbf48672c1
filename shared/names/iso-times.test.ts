import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { IsoTimes } from './iso-times.ts';

/** Times as AWS writes them, and such with a letter that is another. */
const time = fc
  .tuple(
    fc.date({ min: new Date('1999-12-30'), max: new Date('2100-03-02'), noInvalidDate: true }),
    fc.constantFrom(
      (text: string) => text,
      (text: string) => text.replace(/\.\d+/, ''),
      (text: string) => text.replace(/\d\dZ/, 'Z'),
      (text: string) => text.replace('Z', ''),
      (text: string) => text.replace('Z', '+01:00'),
      (text: string) => text.replace(/T\d\d/, 'T24'),
    ),
    fc.option(fc.tuple(fc.nat(24), fc.constantFrom('0', '9', ':', '.', 'Z', ' ', '/'))),
  )
  .map(([date, write, change]) => {
    const text = write(date.toISOString());
    return change === null
      ? text
      : text.slice(0, change[0]) + change[1] + text.slice(change[0] + 1);
  });

test('times in bytes are those that Date.parse reads, whatever the time before was', () => {
  const times = new IsoTimes();
  fc.assert(
    fc.property(time, (text) => {
      const bytes = Buffer.from(`"${text}"Z:`);
      expect(times.secondsOf(bytes, 1, text.length + 1)).toBe(Math.floor(Date.parse(text) / 1000));
    }),
    { numRuns: 1000 },
  );
});
