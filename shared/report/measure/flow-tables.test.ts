import { describe, expect, test } from '@jest/globals';
import { aggregateOf } from '../../../tests/reporter/story.ts';

describe('the minutes of a flow', () => {
  /** Bytes by minute of one flow, relative to a full minute. */
  const minutesOf = (from: number, to: number, bytes: number) => {
    const { minutes } = aggregateOf(
      `srcaddr dstaddr start end bytes\n10.0.0.1 1.1.1.1 ${from} ${to} ${bytes}\n`,
    ).tables;
    return Array.from({ length: minutes.size }, (_, entry) => [
      minutes.keyOf(entry)[0],
      minutes.value(entry, 0),
    ]);
  };

  test.each([
    ['its last second is of the first minute', 60, 119, 60, [[1, 60]]],
    [
      'its last second is of the next',
      60,
      120,
      61,
      [
        [1, 60],
        [2, 1],
      ],
    ],
    [
      'its first second is the last of a minute',
      119,
      120,
      10,
      [
        [1, 5],
        [2, 5],
      ],
    ],
    ['it lasts a second', 119, 119, 10, [[1, 10]]],
    ['it began at 0', 0, 0, 10, [[0, 10]]],
    [
      'bytes do not divide: the last minute has the rest',
      119,
      121,
      10,
      [
        [1, 3],
        [2, 7],
      ],
    ],
    ['it ends before it begins', 120, 119, 10, [[2, 10]]],
  ])('%s', (_, from, to, bytes, expected) => {
    expect(minutesOf(from, to, bytes)).toEqual(expected);
  });

  test('are twelve at most, because the times of a longer flow are wrong', () => {
    expect(minutesOf(60, 60 + 720, 721)).toEqual([
      ...Array.from({ length: 12 }, (_, index) => [index + 1, 60]),
      [13, 1],
    ]);
    expect(minutesOf(60, 60 + 721, 722)).toEqual([[1, 722]]);
  });
});
