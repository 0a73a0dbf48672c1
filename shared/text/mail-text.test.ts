import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOSTILE } from '../../tests/support/hostile-text.ts';
import { mailText } from './mail-text.ts';
import { shorten, shownName } from './shorten.ts';

const subjectOf = (subject: string) =>
  mailText({ subject, lead: '', facts: [], commands: [] }).subject;

test('what to do comes first, then the facts, and commands come last, each on a line of its own', () => {
  const commands = [
    { purpose: 'Stop', line: 'aws a' },
    { purpose: 'Copy', line: 'aws b' },
  ];
  const { body } = mailText({ subject: 's', lead: 'Do it.', facts: ['1.', '2.'], commands });
  expect(body).toBe(`\
Do it.
1.
2.

Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):
Stop:
aws a
Copy:
aws b
`);
});

test('a mail without commands says nothing of them', () => {
  const { body } = mailText({ subject: 's', lead: 'Do it.', facts: ['1.'], commands: [] });
  expect(body).toBe('Do it.\n1.\n');
});

test('what a line says does not end it', () => {
  const { body } = mailText({ subject: 's', lead: `a ${HOSTILE}`, facts: ['b'], commands: [] });
  expect(body.split(/\r?\n/)).toEqual([expect.stringMatching(/^a mark/), 'b', '']);
});

test.each([
  ['plain', '$1.41 etl (egress)', '$1.41 etl (egress)'],
  ['with an arrow', '$1.41 etl → S3', '$1.41 etl -> S3'],
  ['with a name that is cut', '$1.41 etl… → S3', '$1.41 etl... -> S3'],
  ['of another script', '$1.41 東京🙂', '$1.41 ???'],
  ['with a line end', 'a\nBcc: b', String.raw`a\u000aBcc: b`],
  ['of 99 characters', 'x'.repeat(99), 'x'.repeat(99)],
  ['of 100 characters', 'x'.repeat(100), `${'x'.repeat(96)}...`],
])('a subject %s', (_, subject, sent) => {
  expect(subjectOf(subject)).toBe(sent);
});

test("every subject follows SNS's rules: ASCII without controls, under 100 characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300, size: 'max' }), (text) => {
      expect(subjectOf(`$1 ${text}`)).toMatch(/^\$[\x20-\x7e]{1,98}$/);
    }),
  );
});

test('a name is cut to one line, and cannot imitate the next line', () => {
  expect(shownName('x'.repeat(5000))).toBe(`${'x'.repeat(63)}…`);
  expect(shownName(`x${' '.repeat(70)}\u2003Stop: npx evil`)).toBe('x Stop: npx evil');
  expect(shownName('a\nb')).toBe(String.raw`a\u000ab`);
  expect(shorten('🙂🙂🙂', 2)).toBe('🙂…');
});
