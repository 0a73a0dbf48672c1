import { expect, test } from '@jest/globals';
import { columns } from './columns.ts';

test('cells are aligned left or right, with two blanks between columns and none at the end', () => {
  const rows = [
    ['source', 'bytes', 'note'],
    ['a', '1', ''],
    ['bcdefgh', '12345678', 'x y'],
  ];
  expect(columns(rows, ['left', 'right', 'left'])).toEqual([
    'source      bytes  note',
    'a               1',
    'bcdefgh  12345678  x y',
  ]);
});

test('the width counts characters, not UTF-16 code units', () => {
  expect(
    columns(
      [
        ['😀😀', '1'],
        ['abc', '2'],
        ['ü', '3'],
      ],
      ['left', 'right'],
    ),
  ).toEqual(['😀😀   1', 'abc  2', 'ü    3']);
});

test('a row may have fewer cells than there are columns, or more', () => {
  expect(columns([['a'], ['b', 'c', 'd']], ['right', 'right'])).toEqual(['a', 'b  c  d']);
});

test.each([
  [undefined, 48],
  [10, 10],
])(
  'where the longest cell is %p, all but the last column have %i characters at most',
  (longest, most) => {
    const [fits, tooLong] = ['x'.repeat(most), 'y'.repeat(most + 1)];
    const rows = [
      [fits, tooLong],
      [tooLong, fits],
    ];
    const [first = '', second = ''] = columns(rows, ['left', 'left'], longest);
    expect(first).toBe(`${fits}  ${tooLong}`);
    expect(second).toMatch(new RegExp(`^y{${most - 1}}…  x{${most}}$`));
  },
);

test('control characters are made visible', () => {
  expect(columns([['a\nb\u001b[2J', 'c']], ['left', 'left'])[0]).not.toMatch(/\p{Cc}/u);
});
