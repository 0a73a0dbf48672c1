import { parse } from '@babel/parser';
import { type Node, VISITOR_KEYS } from '@babel/types';
import { changesInCode } from './code-in-strings.ts';
import { type Change, mutate } from './mutators.ts';

/** A mutant: one small change to a source file. */
export interface Mutant extends Change {
  readonly file: string;
  /** The line on which the change begins, from 1. */
  readonly line: number;
  /** The function or method that holds the change; empty at the top level. */
  readonly within: string;
  /** The changed lines, before and after, with whitespace collapsed. */
  readonly before: string;
  readonly after: string;
}

/** Nodes that are not mutated: types have no effect at run time, and a changed module path fails every test. */
const IGNORED = /^(?:TS(?!AsExp|Satisfies|NonNull)|Import|ExportAll)/;

/** A list in the syntax tree has a null for an element that the source omits. */
type Child = Node | null;

/** All mutants of a file; with `generates`, its template strings contain code. */
export function mutantsOf(file: string, text: string, generates = false): Mutant[] {
  const seen = new Set([text]);
  const mutants: Mutant[] = [];
  for (const found of changesIn(parseText(text).program, text, generates, '')) {
    const mutated = apply(text, found);
    if (seen.has(mutated) || !parses(mutated)) continue;
    seen.add(mutated);
    mutants.push({ file, ...found, ...linesOf(text, found) });
  }
  return mutants;
}

export function apply(text: string, { from, to, replacement }: Change): string {
  return text.slice(0, from) + replacement + text.slice(to);
}

function* changesIn(
  node: Node,
  text: string,
  generates: boolean,
  within: string,
): Generator<Change & { within: string }> {
  if (IGNORED.test(node.type)) return;
  if (node.type === 'ExportNamedDeclaration' && node.source) return;
  const inCode = generates && node.type === 'TemplateElement' ? changesInCode(node, text) : [];
  for (const change of [...mutate(node, text), ...inCode]) yield { ...change, within };
  const name = nameOf(node) ?? within;
  for (const child of childrenOf(node)) yield* changesIn(child, text, generates, name);
}

function childrenOf(node: Node): Node[] {
  const keys = VISITOR_KEYS[node.type] ?? [];
  return keys
    .flatMap((key): Child[] => Reflect.get(node, key) ?? [])
    .filter((child) => child !== null);
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'FunctionDeclaration') return node.id?.name;
  if (node.type === 'ClassMethod' && node.key.type === 'Identifier') return node.key.name;
  if (node.type === 'ClassPrivateMethod') return `#${node.key.id.name}`;
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') return undefined;
  return node.init?.type === 'ArrowFunctionExpression' ? node.id.name : undefined;
}

function linesOf(text: string, change: Change) {
  const start = text.lastIndexOf('\n', change.from - 1) + 1;
  const newline = text.indexOf('\n', change.to);
  const end = newline < 0 ? text.length : newline;
  const shifted = { ...change, from: change.from - start, to: change.to - start };
  const whole = text.slice(start, end);
  return {
    line: text.slice(0, change.from).split('\n').length,
    before: squeeze(whole),
    after: squeeze(apply(whole, shifted)),
  };
}

function squeeze(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function parseText(text: string) {
  return parse(text, {
    sourceType: 'module',
    plugins: ['typescript', 'explicitResourceManagement'],
  });
}

function parses(text: string): boolean {
  try {
    parseText(text);
    return true;
  } catch {
    return false;
  }
}
