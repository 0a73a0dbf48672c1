import { crc32 } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { Batches, batchOf } from './batches.ts';

const records = (...ids: string[]) =>
  ids.map((recordId) => ({ recordId, approximateArrivalTimestamp: 0, data: 'AAAA' }));
const batch = records('a', 'b', 'c', 'd', 'e');
const changed = (index: number, recordId: string) =>
  batch.map((record, i) => (i === index ? { ...record, recordId } : record));

test('a batch has the same key at each delivery', () => {
  expect(batchOf(structuredClone(batch))).toBe(batchOf(batch));
});

test.each([
  ['the first record', changed(0, 'x')],
  ['the second record', changed(1, 'x')],
  ['the middle record', changed(2, 'x')],
  ['the last record but one', changed(3, 'x')],
  ['the last record', changed(4, 'x')],
  ['a record less at the end', batch.slice(0, 4)],
  ['a record less at the beginning', batch.slice(1)],
  ['a record less in the middle', batch.toSpliced(2, 1)],
  ['a record more', [...batch, ...records('f')]],
  ['the order', batch.toReversed()],
  ['the order in the middle', records('a', 'c', 'b', 'd', 'e')],
  ['all records', records('v', 'w', 'x', 'y', 'z')],
  ['having none', []],
])('batches that differ in %s have different names', (_, other) => {
  expect(batchOf(other)).not.toBe(batchOf(batch));
});

test('records are distinguished even if their checksums are equal', () => {
  expect(crc32('plumless')).toBe(crc32('buckeroo'));
  expect(batchOf(records('plumless'))).not.toBe(batchOf(records('buckeroo')));
});

test('refused pieces are remembered as ranges only', () => {
  const batches = new Batches();
  expect(batches.find('one')).toBeUndefined();
  const piece = { from: 10, to: 20, data: Buffer.alloc(10) };
  batches.remember('one', [piece]);
  batches.remember('other', []);
  expect(batches.find('one')).toEqual([{ from: 10, to: 20 }]);
  expect(batches.find('other')).toEqual([]);
  expect(batches.find('another')).toBeUndefined();
});

test('the last 64 batches are remembered', () => {
  const batches = new Batches();
  for (let i = 0; i < 64; i++) batches.remember(`batch ${i}`, []);
  expect(batches.find('batch 0')).toEqual([]);
  batches.remember('batch 64', []);
  expect(batches.find('batch 0')).toBeUndefined();
  for (let i = 1; i <= 64; i++) expect(batches.find(`batch ${i}`)).toEqual([]);
  batches.remember('batch 64', []);
  expect(batches.find('batch 1')).toEqual([]);
});
