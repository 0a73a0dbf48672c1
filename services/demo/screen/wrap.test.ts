import { expect, test } from '@jest/globals';
import { wrap } from './wrap.ts';

const LINE = "  handlers    controller, forwarder as deployed: bundles in AWS's runtime client";

test('a line that fits is left alone', () => {
  expect(wrap(LINE, 100)).toEqual([LINE]);
  expect(wrap('', 60)).toEqual(['']);
});

test('a longer one is broken between words, which stand below each other', () => {
  expect(wrap(LINE, 60)).toEqual([
    '  handlers    controller, forwarder as deployed: bundles in',
    "              AWS's runtime client",
  ]);
});

test('a word that is longer than a line is not broken: it can be copied', () => {
  const path = `/tmp/${'folder/'.repeat(10)}report.html`;
  expect(wrap(`  report     ${path}   /tmp/b.json`, 40)).toEqual([
    `  report     ${path}`,
    '             /tmp/b.json',
  ]);
});

test('pieces fit every width that is not narrower than their words', () => {
  for (const columns of [40, 60, 80, 120]) {
    const pieces = wrap(LINE, columns);
    for (const piece of pieces) expect(piece.length).toBeLessThan(columns);
    expect(pieces.join(' ').replaceAll(/ +/g, ' ')).toBe(LINE.replaceAll(/ +/g, ' '));
  }
});
