import { basename } from 'node:path';
import type { Metafile } from 'esbuild';
import type { Output } from './bundle.ts';

/** The file that has the modules. */
const PACK = 'at-start.js';

/**
 * Puts all that these outputs load at once into one file, because Node.js takes as long to find and open a file as to
 * run it. The outputs are CommonJS in one folder. Each keeps its name, as a file that takes its module of the one, so
 * that a module is loaded once however it is reached.
 */
export function inOneFile(
  outputs: readonly Output[],
  metafile: Metafile,
  entries: readonly RegExp[],
): Output[] {
  const names = loadedBy(metafile, entries);
  const packed = outputs.filter(({ path }) => names.has(basename(path)));
  const [first] = packed;
  if (first === undefined) throw new Error(`no outputs are ${entries.join(', ')}`);
  const file = { path: first.path.replace(basename(first.path), PACK), text: packText(packed) };
  return [
    ...outputs.map(({ path, text }) => ({
      path,
      text: names.has(basename(path)) ? takenOf(basename(path)) : text,
    })),
    file,
  ];
}

/** The names of the outputs that match, and of those that they import. */
function loadedBy({ outputs }: Metafile, entries: readonly RegExp[]): Set<string> {
  const paths = Object.keys(outputs);
  const loaded = new Set(paths.filter((path) => entries.some((each) => each.test(basename(path)))));
  for (const path of loaded) {
    for (const { kind, external, path: to } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) loaded.add(to);
    }
  }
  return new Set([...loaded].map((path) => basename(path)));
}

function takenOf(name: string): string {
  return `module.exports=require("./${PACK}").load("./${name}");\n`;
}

function packText(outputs: readonly Output[]): string {
  const members = outputs.map(
    ({ path, text }) => `"./${basename(path)}":function(require,exports,module){${text}\n}`,
  );
  return `"use strict";const modules={${members.join(',\n')}};
const loaded=new Map();
function load(name){
  if(!Object.hasOwn(modules,name))return require(name);
  let module=loaded.get(name);
  if(module===undefined){
    module={exports:{}};
    loaded.set(name,module);
    modules[name](load,module.exports,module);
  }
  return module.exports;
}
exports.load=load;
`;
}
