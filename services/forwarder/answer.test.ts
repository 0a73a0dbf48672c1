import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildAnswer, failRefused, type Piece, planAnswer } from './answer.ts';
import { RecordDecoder } from './records.ts';

const LIMIT = 6_291_456;

function records(...contents: (string | Buffer)[]) {
  return contents.map((content, i) => ({
    recordId: `49661076801743525278240094264030000000${i}`,
    approximateArrivalTimestamp: 0,
    data: Buffer.from(content).toString('base64'),
  }));
}

/** Decodes, plans and answers; `refused` selects the pieces that the stream refuses. */
function answer(contents: (string | Buffer)[], limit?: number, refused = (_: Piece) => false) {
  const asked = records(...contents);
  const delivery = new RecordDecoder().decode(asked);
  const plan = planAnswer(asked, delivery, limit);
  const built = buildAnswer(asked, delivery, plan);
  const result = failRefused(built, delivery, plan.reingested.filter(refused));
  const bytes = JSON.stringify(result).length;
  const results = result.records.map(({ result }) => result);
  const text = result.records.map(({ data = '' }) => Buffer.from(data, 'base64').toString());
  const again = plan.reingested.map((piece) => piece.data.toString());
  return { asked, ...result, plan, results, text, again, bytes };
}

const line = (i: number) =>
  `2 123456789012 eni-0a11bb22cc33dd44e 10.0.0.7 203.0.113.9 ${i} 443 6 9`;
const wrapped = (i: number) => `{"message":"${line(i)}"}\n`;
const zipped = (lines: number, start = 0) =>
  gzipSync(Array.from({ length: lines }, (_, i) => `${line(start + i)}\n`).join(''));

test('every record is answered once, in order, with its plain lines', () => {
  const control = JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [] });
  const { asked, records, results, text, plan } = answer([
    wrapped(1),
    gzipSync(control),
    '{"Hello":"World"}',
    `${line(2)}\n${line(3)}`,
  ]);
  expect(records.map(({ recordId }) => recordId)).toEqual(asked.map(({ recordId }) => recordId));
  expect(results).toEqual(['Ok', 'Dropped', 'ProcessingFailed', 'Ok']);
  expect(text).toEqual([`${line(1)}\n`, '', '{"Hello":"World"}', `${line(2)}\n${line(3)}\n`]);
  expect(plan).toMatchObject({ kept: 4, reingested: [] });
  expect(plan.text.toString()).toBe(`${line(1)}\n${line(2)}\n${line(3)}\n`);
});

test('a delivery without records has an answer without records', () => {
  expect(answer([]).records).toEqual([]);
});

test('lines that do not fit are re-ingested completely and in order, and are not exported', () => {
  const { results, text, plan, again, bytes } = answer([
    wrapped(1),
    zipped(60_000, 10),
    zipped(60_000, 100_000),
    wrapped(2),
  ]);
  expect(results).toEqual(['Ok', 'Ok', 'Dropped', 'Dropped']);
  expect(bytes).toBeLessThanOrEqual(LIMIT);
  expect(plan.text.toString()).toBe(text.join(''));
  expect(again.length).toBeGreaterThan(1);
  expect(again.join('\n').split('\n')).toEqual([
    ...Array.from({ length: 60_000 }, (_, i) => line(100_000 + i)),
    line(2),
  ]);
  for (const piece of again) expect(piece.length).toBeLessThanOrEqual(500_000);
});

test('a record that does not fit alone is delivered in a finite number of rounds', () => {
  const limit = LIMIT / 3;
  let contents: (string | Buffer)[] = [zipped(45_000), wrapped(1)];
  const delivered: string[] = [];
  for (let round = 0; contents.length > 0; round++) {
    expect(round).toBeLessThan(5);
    const { text, again, bytes } = answer(contents, limit);
    expect(bytes).toBeLessThanOrEqual(limit);
    delivered.push(...text);
    contents = again;
  }
  expect(delivered.join('').split('\n')).toHaveLength(45_002);
});

test('a request full of lines that need no unpacking is answered in full', () => {
  for (const content of [wrapped(1), line(1), 'x']) {
    const [record] = records(content);
    const room = LIMIT - 300;
    const count = Math.floor(room / (JSON.stringify(record).length + 5));
    const { results, bytes } = answer(new Array(count).fill(content));
    expect(new Set(results)).toEqual(new Set(['Ok']));
    expect(bytes).toBeLessThanOrEqual(LIMIT);
  }
});

test('undecodable data is returned unless that makes the answer too large', () => {
  const junk = '{}'.padEnd(900_000);
  const alone = answer([junk, wrapped(1)]);
  expect(alone.results).toEqual(['ProcessingFailed', 'Ok']);
  expect(alone.text).toEqual([junk, `${line(1)}\n`]);
  const { results, text, bytes } = answer([...new Array(6).fill(junk), wrapped(1)]);
  expect(bytes).toBeLessThan(1000);
  expect(results).toEqual([...new Array(6).fill('ProcessingFailed'), 'Ok']);
  expect(text.at(-1)).toBe(`${line(1)}\n`);
});

test('a record fails exactly when the stream refused some of its lines', () => {
  const contents = [wrapped(1), zipped(20_000, 10), wrapped(8), zipped(0), wrapped(9), '{}'];
  const first = answer(contents, 0, ({ from }) => from === 0);
  expect(first.again).toHaveLength(3);
  expect(first.results.map((result) => result[0])).toEqual([...'PPDDDP']);
  const last = answer(contents, 0, ({ data }) => data.includes(line(8)));
  expect(last.results.map((result) => result[0])).toEqual([...'DPPDPP']);
});

test('whatever the records and the limit, nothing is lost, repeated or out of order', () => {
  const content = fc.oneof(
    fc.nat(9).map(wrapped),
    fc.nat(9).map((count) => zipped(count)),
    fc.uint8Array({ maxLength: 30, size: 'max' }).map((junk) => Buffer.from(junk)),
    fc.constant('{"no":"message"}'),
  );
  fc.assert(
    fc.property(
      fc.array(content, { maxLength: 20, size: 'max' }),
      fc.nat(5000),
      (contents, limit) => {
        const { asked, records, results, text, again, plan, bytes } = answer(contents, limit);
        expect(records.map(({ recordId }) => recordId)).toEqual(
          asked.map(({ recordId }) => recordId),
        );
        const least = JSON.stringify({
          records: asked.map(({ recordId }) => ({ recordId, result: 'ProcessingFailed' })),
        });
        expect(bytes).toBeLessThanOrEqual(Math.max(limit, least.length));
        const kept = text.filter((_, i) => results[i] === 'Ok').join('');
        expect(plan.text.toString()).toBe(kept);
        const everything = new RecordDecoder().decode(asked).text.toString();
        expect(kept + again.map((piece) => `${piece}\n`).join('')).toBe(everything);
      },
    ),
  );
});

/** A line of this many bytes including its newline. */
const lineOf = (bytes: number, letter = 'x') => letter.repeat(bytes - 1);
/** The smallest limit at which all of these lines, one per record, are kept. */
const leastLimit = (lines: readonly string[]) =>
  JSON.stringify({
    records: records(...lines).map(({ recordId }, i) => ({
      recordId,
      result: 'ProcessingFailed',
      data: Buffer.from(`${lines[i]}\n`).toString('base64'),
    })),
  }).length + 1;

test.each([[2], [3], [4], [5]])(
  'as many records are kept as fit, to the byte, with lines of %i bytes',
  (bytes) => {
    const lines = [lineOf(90), lineOf(91), lineOf(bytes)];
    const limit = leastLimit(lines);
    expect(answer(lines, limit).results).toEqual(['Ok', 'Ok', 'Ok']);
    const { results, again } = answer(lines, limit - 1);
    expect(results).toEqual(['Ok', 'Ok', 'Dropped']);
    expect(again).toEqual([lines[2]]);
  },
);

test('the room for undecodable data is computed to the byte', () => {
  const contents = ['{', '{}', lineOf(20)];
  const least = JSON.stringify({
    records: records(...contents).map((record) => ({
      recordId: record.recordId,
      result: 'ProcessingFailed',
      data: record.data,
    })),
  }).length;
  // The entry of the line is counted without its data, whether it is kept or not.
  const limit = least + 1 - Buffer.from(lineOf(20)).toString('base64').length;
  expect(answer(contents, limit).text).toEqual(['{', '{}', '']);
  expect(answer(contents, limit - 1).text).toEqual(['', '', '']);
  // A line beside them is kept if all fit.
  expect(answer(contents, least + 1).text).toEqual(['{', '{}', `${lineOf(20)}\n`]);
  expect(answer(contents, least).text).toEqual(['{', '{}', '']);
});

test('the default limit is that of Lambda, to the byte', () => {
  // The base64 is a third longer, and the entry has 54 more bytes besides the id.
  const [a, b] = [lineOf(2_300_000), lineOf(2_418_000)];
  const room = (LIMIT + 3 - leastLimit([a, b])) / 4;
  const last = lineOf(2_418_000 + 3 * Math.floor(room));
  expect(LIMIT - leastLimit([a, last])).toBeLessThan(4);
  expect(answer([a, last]).results).toEqual(['Ok', 'Ok']);
  expect(answer([a, `${last}xxx`]).results).toEqual(['Ok', 'Dropped']);
});

/** The sizes of the re-ingested records of these lines. */
const pieceSizes = (...sizes: number[]) =>
  answer([sizes.map((size) => lineOf(size)).join('\n')], 0).again.map(({ length }) => length + 1);

test('a piece has as many whole lines as fit into 500,000 bytes', () => {
  expect(pieceSizes(500_000)).toEqual([500_000]);
  expect(pieceSizes(1, 499_999)).toEqual([500_000]);
  expect(pieceSizes(1, 500_000)).toEqual([1, 500_000]);
  expect(pieceSizes(250_000, 250_000, 250_000)).toEqual([500_000, 250_000]);
  expect(pieceSizes(250_000, 250_001, 249_999)).toEqual([250_000, 500_000]);
  expect(pieceSizes(3, 499_998, 2)).toEqual([3, 500_000]);
});

test('a line of more than 500,000 bytes is a piece of its own at any position', () => {
  const long = lineOf(700_000, 'l');
  for (const contents of [
    [long],
    [long, 'a'],
    ['a', long],
    ['a', long, 'b', 'c'],
    [long, long],
    ['a', lineOf(499_999), long, lineOf(500_000), 'b'],
  ]) {
    const { again, results } = answer(contents, 0);
    expect(again.join('\n') === contents.join('\n')).toBe(true);
    expect(again.filter((piece) => piece.includes('l') && piece.length !== 699_999)).toEqual([]);
    expect(new Set(results)).toEqual(new Set(['Dropped']));
  }
  expect(pieceSizes(500_001)).toEqual([500_001]);
  expect(pieceSizes(5, 500_001, 5)).toEqual([5, 500_001, 5]);
});

test('records beside a refused piece do not fail', () => {
  // Five records are exactly one piece.
  const contents = Array.from({ length: 15 }, () => lineOf(100_000));
  for (const [index, expected] of [
    [0, 'PPPPPDDDDDDDDDD'],
    [1, 'DDDDDPPPPPDDDDD'],
    [2, 'DDDDDDDDDDPPPPP'],
  ] as const) {
    const { results } = answer(contents, 0, ({ from }) => from === index * 500_000);
    expect(results.map((result) => result[0]).join('')).toBe(expected);
  }
});

test('records without lines and undecodable ones keep their results within a refused piece', () => {
  const control = JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [] });
  const contents = [wrapped(1), control, '{}', wrapped(2)];
  const room = records(...contents).reduce((sum, { data }) => sum + data.length + 150, 0);
  const { results, records: answers } = answer(contents, room - 420, () => true);
  expect(results).toEqual(['ProcessingFailed', 'Dropped', 'ProcessingFailed', 'ProcessingFailed']);
  expect(answers[0]).not.toHaveProperty('data');
});

test('a refused record fails even if its text is a single byte', () => {
  expect(answer(['\n', '\n'], 0, () => true).results).toEqual([
    'ProcessingFailed',
    'ProcessingFailed',
  ]);
  expect(answer(['\n', '\n'], 0).results).toEqual(['Dropped', 'Dropped']);
});
