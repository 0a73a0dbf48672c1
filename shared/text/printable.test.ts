import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dangersIn, HOSTILE } from '../../tests/support/hostile-text.ts';
import { jsonText, printable, printableLines } from './printable.ts';

const anyText = fc.string({ unit: 'binary' });

test.each([
  ['an escape sequence', '\u001b[2J', String.raw`\u001b[2J`],
  ['a C1 control', '\u009b2J', String.raw`\u009b2J`],
  ['a line end', 'a\r\nb\nc', String.raw`a\u000d\u000ab\u000ac`],
  ['a turned direction', 'a\u202eb', String.raw`a\u202eb`],
  ['a separator of lines', 'a\u2028b', String.raw`a\u2028b`],
  ['a character without width', 'a\u200bb', String.raw`a\u200bb`],
  ['a lone surrogate', 'a\ud83d', String.raw`a\ud83d`],
  ['a tag character', 'a\u{e0041}', String.raw`a\udb40\udc41`],
  ['letters of other scripts', '東京 é ß 🙂 עברית', '東京 é ß 🙂 עברית'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('no dangerous character is left, line ends are kept, and a second call changes nothing', () => {
  expect(dangersIn(printable(HOSTILE))).toEqual([]);
  expect(dangersIn(printable(`a\n${HOSTILE}`))).toEqual([]);
  expect(printableLines('a\r\nb\nc\rd')).toBe('a\r\nb\nc\\u000dd');
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = printable(text);
      expect(dangersIn(shown)).toEqual([]);
      expect(shown).not.toMatch(/[\r\n]/);
      expect(printable(shown)).toBe(shown);
    }),
  );
});

test('different names stay different', () => {
  expect(printable('a\u202eb')).not.toBe(printable('a\u202db'));
});

test('JSON is harmless on a terminal, and parses to the original value', () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, anyText), (value) => {
      const text = jsonText(value, 2);
      expect(dangersIn(text)).toEqual([]);
      expect({ ...JSON.parse(text) }).toEqual({ ...value });
    }),
  );
  expect(JSON.parse(jsonText({ [HOSTILE]: HOSTILE }))).toEqual({ [HOSTILE]: HOSTILE });
});
