import { expect, test } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { changesOfExports, checkConstantExports } from '../../infra/constant-exports.ts';

test.each([
  ['let a=1;function b(){a=2}export{a as x,b};', ['a=2']],
  ['var a;var b=()=>a??(a=new Map);export{a,b};', ['a=new Map']],
  ['let a=0;class B{c(){return a++}}export{a as x,B};', ['a++']],
  ['let a;async function b(c){[a]=await c}export{a};', ['[a]=await c']],
  ['let a;function b(c){for(a of c);}export{a};', ['for(a of c);']],
])('%s changes an export', (text, changes) => {
  expect(changesOfExports(text)).toEqual(changes);
});

test.each([
  ['is assigned while the module is loaded', 'let a;a=2;if(a)a=3;export{a};'],
  ['is another of the same name', 'let a=1;function b(a){a=2;return a}export{a,b};'],
  ['is a member', 'let a={};function b(){a.c=1}export{a,b};'],
  ['is not exported', 'let a,c=1;function b(){a=2}export{b,c as a};'],
  ['is an enum', 'var a=(b=>(b[b.c=0]="c",b))(a||{});export{a};'],
  ['is of another module', 'import{a}from"./b.js";export{a};'],
])('what %s is no change of an export', (_, text) => {
  expect(changesOfExports(text)).toEqual([]);
});

const CHANGES = { path: '/dist/chunk-A.js', text: 'let a=1;function b(){a=2}export{a,b};' };

function metafile(kind: 'import-statement' | 'dynamic-import'): Metafile {
  const output = { bytes: 1, exports: [] };
  const inputs = { 'shared/counter.ts': { bytesInOutput: 1 } };
  return {
    inputs: {},
    outputs: {
      'dist/main.js': { ...output, inputs: {}, imports: [{ path: 'dist/chunk-A.js', kind }] },
      'dist/chunk-A.js': { ...output, inputs, imports: [] },
    },
  };
}

test('an output that changes what another imports fails the build, by the names of its modules', () => {
  expect(() => checkConstantExports([CHANGES], metafile('import-statement'))).toThrow(
    'chunk-A.js changes what it exports after it was loaded, in "a=2": outputs take what they import once. It has the modules shared/counter.ts',
  );
});

test('an output that is imported dynamically alone may change what it exports', () => {
  expect(() => checkConstantExports([CHANGES], metafile('dynamic-import'))).not.toThrow();
});
