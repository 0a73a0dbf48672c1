import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cut,
  everyNth,
  LINE,
  newer,
  older,
  readPieces,
  WRAPPED,
} from '../../../tests/support/failed-records.ts';

jest.setTimeout(60_000);

test('a text reads the same when it is cut in two at any position', async () => {
  const text = Buffer.from(
    `${newer(WRAPPED)}\n${LINE}\n${WRAPPED}${older(LINE)}${LINE}\r\n{"a":"\n${LINE}`,
  );
  const whole = await readPieces(cut(text, []));
  expect(whole).toMatchObject({ flow: 6, malformed: 1 });
  for (let at = 1; at < text.length; at++) {
    expect(await readPieces(cut(text, [at]))).toEqual(whole);
  }
});

/** Text and the flows in it. */
interface Told {
  readonly text: string;
  readonly flows: number;
}

const joined = (all: readonly Told[]): Told => ({
  text: all.map(({ text }) => text).join(''),
  flows: all.reduce((sum, { flows }) => sum + flows, 0),
});

const blank = fc.constantFrom('\n', '\r\n').map((text) => ({ text, flows: 0 }));
const plain = fc.oneof(
  blank,
  fc.constantFrom(`${LINE}\n`, WRAPPED, WRAPPED.trim()).map((text) => ({ text, flows: 1 })),
);
/** The last line may lack its newline. */
const last = fc.constantFrom({ text: '', flows: 0 }, { text: LINE, flows: 1 });
const { failed } = fc.letrec<{ failed: Told; record: Told }>((tie) => ({
  record: fc
    .tuple(
      fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc
          .tuple(fc.array(plain, { maxLength: 4 }), last)
          .map(([items, end]) => joined([...items, end])),
        tie('failed'),
      ),
      fc.constantFrom(older, newer),
      fc.boolean(),
    )
    .map(([{ text, flows }, wrap, zip]) => ({ text: wrap(zip ? gzipSync(text) : text), flows })),
  // If the first object of an input is a failed record, all objects are examined.
  failed: fc
    .tuple(
      fc.array(blank, { maxLength: 2 }),
      tie('record'),
      fc.array(fc.oneof(plain, tie('record')), { maxLength: 5 }),
      last,
    )
    .map(([blanks, first, rest, end]) => joined([...blanks, first, ...rest, end])),
}));
const somewhere = fc.array(fc.nat(), { maxLength: 40, size: 'max' });
const cutsIn = (text: Uint8Array, cuts: readonly number[]) =>
  cuts.map((at) => at % (text.length + 1)).sort((a, b) => a - b);

test('lines, objects and failed records in any order and depth are read completely, in any pieces', async () => {
  await fc.assert(
    fc.asyncProperty(failed, somewhere, async ({ text, flows }, cuts) => {
      const bytes = Buffer.from(text);
      // Each byte for itself, unless that were thousands.
      const pieceBytes = Math.ceil(bytes.length / 2000);
      const whole = await readPieces(cut(bytes, []));
      expect(whole).toMatchObject({ flow: flows, malformed: 0, nonflow: 0 });
      expect(await readPieces(cut(bytes, cutsIn(bytes, cuts)))).toEqual(whole);
      expect(await readPieces(cut(bytes, everyNth(bytes, pieceBytes)))).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});

test('damaged input reads the same in any pieces', async () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'\n{}"\\ x\0')), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(failed, damage, fc.nat(), somewhere, async ({ text }, damages, end, cuts) => {
      const bytes = Buffer.from(text);
      for (const [at, byte] of damages) bytes.write(byte, at % bytes.length);
      const broken = bytes.subarray(0, bytes.length - (end % 3) * (end % bytes.length));
      const whole = await readPieces(cut(broken, []));
      expect(await readPieces(cut(broken, cutsIn(broken, cuts)))).toEqual(whole);
    }),
  );
});
