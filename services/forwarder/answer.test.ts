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

/** Decodes, plans and answers; `refused` picks the pieces the stream does not take. */
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

test('no records, no answers', () => {
  expect(answer([]).records).toEqual([]);
});

test('lines that do not fit go into the stream again, whole and in order, and are not exported', () => {
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

test('a record that never fits alone is delivered in rounds that end', () => {
  let contents: (string | Buffer)[] = [zipped(200_000), wrapped(1)];
  const delivered: string[] = [];
  for (let round = 0; contents.length > 0; round++) {
    expect(round).toBeLessThan(5);
    const { text, again, bytes } = answer(contents);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    delivered.push(...text);
    contents = again;
  }
  expect(delivered.join('').split('\n')).toHaveLength(200_002);
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

test('what cannot be decoded is given back unless that makes the answer too large', () => {
  const junk = '{'.repeat(900_000);
  expect(answer([junk, wrapped(1)])).toMatchObject({
    results: ['ProcessingFailed', 'Ok'],
    text: [junk, `${line(1)}\n`],
  });
  const { results, text, bytes } = answer([...new Array(6).fill(junk), wrapped(1)]);
  expect(bytes).toBeLessThan(1000);
  expect(results).toEqual([...new Array(6).fill('ProcessingFailed'), 'Ok']);
  expect(text.at(-1)).toBe(`${line(1)}\n`);
});

test('a record has failed when the stream refused some of its lines, and only then', () => {
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
    fc.uint8Array({ maxLength: 30 }).map((junk) => Buffer.from(junk)),
    fc.constant('{"no":"message"}'),
  );
  fc.assert(
    fc.property(fc.array(content, { maxLength: 20 }), fc.nat(5000), (contents, limit) => {
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
    }),
  );
});
