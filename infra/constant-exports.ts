import { basename } from 'node:path';
import { parse } from '@babel/parser';
import traverse, { type NodePath, type Scope } from '@babel/traverse';
import type { Program } from '@babel/types';
import type { Metafile } from 'esbuild';
import type { Output } from './bundle.ts';

/** The characters of code that an error shows. */
const SHOWN = 60;

/**
 * Checks that no output changes what it exports once it was loaded, if another output imports it: what is imported
 * then may be taken once. An assignment in a function counts, also where the function is called at once.
 * @throws Error that names the output, the code and the modules in it.
 */
export function checkConstantExports(outputs: readonly Output[], metafile: Metafile): void {
  const imported = importedOutputs(metafile);
  for (const { path, text } of outputs) {
    const name = basename(path);
    if (!imported.has(name)) continue;
    const [change] = changesOfExports(text);
    if (change === undefined) continue;
    throw new Error(
      `${name} changes what it exports after it was loaded, in "${change}": outputs take what they import once. It has the modules ${modulesOf(name, metafile).join(', ')}`,
    );
  }
}

/** The code of assignments in functions of an ES module to what it exports. */
export function changesOfExports(text: string): string[] {
  const found: string[] = [];
  traverse.default(parse(text, { sourceType: 'module' }), {
    Program(program: NodePath<Program>) {
      for (const local of exportedNames(program)) {
        found.push(...changesOf(local, program.scope, text));
      }
      // Its scope knows all assignments, so that the syntax tree need not be visited again.
      program.stop();
    },
  });
  return found;
}

function exportedNames(program: NodePath<Program>): string[] {
  return program.node.body.flatMap((node) =>
    node.type === 'ExportNamedDeclaration' && node.source == null
      ? node.specifiers.flatMap((each) => (each.type === 'ExportSpecifier' ? each.local.name : []))
      : [],
  );
}

function changesOf(name: string, scope: Scope, text: string): string[] {
  const changes = scope.getBinding(name)?.constantViolations ?? [];
  return changes
    .filter((change) => change.getFunctionParent() !== null)
    .map(({ node: { start, end } }) => text.slice(start ?? 0, end ?? 0).slice(0, SHOWN));
}

/** The names of the outputs that others import statically. What is imported dynamically is asked each time. */
function importedOutputs({ outputs }: Metafile): Set<string> {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const own = imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  return new Set(own.map(({ path }) => basename(path)));
}

function modulesOf(name: string, { outputs }: Metafile): string[] {
  const found = Object.entries(outputs).find(([path]) => basename(path) === name);
  return Object.keys(found?.[1].inputs ?? {});
}
