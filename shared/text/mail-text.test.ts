import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOSTILE } from '../../tests/support/hostile-text.ts';
import { mailText } from './mail-text.ts';
import { shorten, shownName } from './shorten.ts';

test('the content of a line cannot end the line', () => {
  const { body } = mailText('s', [`a ${HOSTILE}`, 'b']);
  expect(body.split(/\r?\n/)).toEqual([expect.stringMatching(/^a mark/), 'b', '']);
});

test.each([
  ['plain', '[natflow] recording egress', '[natflow] recording egress'],
  ['of another script', '[natflow] 東京🙂', '[natflow] ???'],
  ['with a line end', '[natflow] a\nBcc: b', String.raw`[natflow] a\u000aBcc: b`],
  ['of 99 characters', 'x'.repeat(99), 'x'.repeat(99)],
  ['of 100 characters', 'x'.repeat(100), `${'x'.repeat(96)}...`],
])('a subject %s', (_, subject, sent) => {
  expect(mailText(subject, []).subject).toBe(sent);
});

test("every subject follows SNS's rules: ASCII without controls, under 100 characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300, size: 'max' }), (text) => {
      expect(mailText(`[natflow] ${text}`, []).subject).toMatch(/^\[[\x20-\x7e]{1,98}$/);
    }),
  );
});

test('a name is cut to one line, and cannot imitate the next line', () => {
  expect(shownName('x'.repeat(5000))).toBe(`${'x'.repeat(63)}…`);
  expect(shownName(`x${' '.repeat(70)}\u2003Stop: npx evil`)).toBe('x Stop: npx evil');
  expect(shownName('a\nb')).toBe(String.raw`a\u000ab`);
  expect(shorten('🙂🙂🙂', 2)).toBe('🙂…');
});
