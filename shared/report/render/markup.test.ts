import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { html } from './markup.ts';

describe('the template', () => {
  test('escapes all markup characters in text and attributes', () => {
    expect(html`<a title="${`"'<>&`}">${'<b>'}</a>`.text).toBe(
      '<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;</a>',
    );
  });

  test('accepts lists and omits absent values', () => {
    expect(html`${[1, html`<i>`, undefined, false, '<']}`.text).toBe('1<i>&lt;');
  });

  test('keeps every string within its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (string) => {
        expect(html`${string}`.text).not.toMatch(/[<>"']/);
      }),
    );
  });
});
