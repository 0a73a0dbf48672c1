import { expect, test } from '@jest/globals';
import { apply, mutantsOf } from './mutants.ts';

/** The file with each of its mutations. */
function mutated(text: string, generates = false): string[] {
  return mutantsOf('f.ts', text, generates).map((mutant) => apply(text, mutant));
}

test.each([
  ['a < b;', ['{}', 'a <= b;', 'a >= b;']],
  ['const x = a + 7;', ['const x = a - 7;', 'const x = a + 8;', 'const x = a + 6;']],
  ["const x = 'a' + b;", ["const x = '' + b;"]],
  ['const x = a ?? b;', ['const x = a;']],
  ['const x = a && b;', ['const x = (a) || (b);', 'const x = a;', 'const x = b;']],
  ['const x = a ? b : c;', ['const x = (b);', 'const x = (c);']],
  ['const x = !a;', ['const x = (a);']],
  ['const x = [true];', ['const x = [];', 'const x = [false];']],
  ['const x = Math.min(a, b);', ['const x = Math.max(a, b);']],
  ['const x = a.slice(b);', ['const x = a;']],
  ['a += b;', ['{}', 'a -= b;']],
  [
    'if (a) b++;',
    ['if (!(a)) b++;', 'if (true) b++;', 'if (false) b++;', 'if (a) {}', 'if (a) b--;'],
  ],
  ['for (;;) continue;', ['for (;;) {}']],
  ['const f = () => { return a; };', ['const f = () => { return undefined; };']],
])('%s is changed at every place', (text, expected) => {
  expect(mutated(text)).toEqual(expected);
});

test.each([
  "import { a } from './a.ts';",
  "export * from './a.ts';",
  "export { a } from './a.ts';",
  "type A = 'a' | 1;",
  "interface A { a: 'a' }",
  "const a = b as 'b';",
  'class A extends B { constructor() { super(); } }',
])('%s is left alone', (text) => expect(mutated(text)).toEqual([]));

test('code in a template string is changed where the file generates code', () => {
  const text = 'const x = `if (n >>> 0 < 10) ${b} return - 1;`;';
  expect(mutated(text)).toEqual([]);
  expect(mutated(text, true)).toEqual([
    'const x = `if (n >> 0 < 10) ${b} return - 1;`;',
    'const x = `if (n >>> 1 < 10) ${b} return - 1;`;',
    'const x = `if (n >>> (-1) < 10) ${b} return - 1;`;',
    'const x = `if (n >>> 0 <= 10) ${b} return - 1;`;',
    'const x = `if (n >>> 0 < 11) ${b} return - 1;`;',
    'const x = `if (n >>> 0 < 9) ${b} return - 1;`;',
    'const x = `if (n >>> 0 < 10) ${b} return + 1;`;',
    'const x = `if (n >>> 0 < 10) ${b} return - 2;`;',
    'const x = `if (n >>> 0 < 10) ${b} return - 0;`;',
  ]);
});

test('a mutant names its line, its function and the lines before and after', () => {
  const text = 'class A {\n  #b() {\n    c(d,\n      !e);\n  }\n}\n';
  const [removed, negated] = mutantsOf('f.ts', text);
  expect(removed).toMatchObject({
    line: 3,
    within: '#b',
    before: 'c(d, !e);',
    after: '{}',
  });
  expect(negated).toMatchObject({ line: 4, before: '!e);', after: '(e));' });
});
