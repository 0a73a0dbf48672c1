import type { TemplateElement } from '@babel/types';
import type { Change } from './mutators.ts';

const REPLACED: ReadonlyMap<string, string> = new Map([
  ['===', '!=='],
  ['!==', '==='],
  ['>>>', '>>'],
  ['<<', '>>'],
  ['<=', '<'],
  ['>=', '>'],
  ['<', '<='],
  ['>', '>='],
  ['&&', '||'],
  ['||', '&&'],
  ['++', '--'],
  [' & ', ' | '],
  [' | ', ' & '],
  [' + ', ' - '],
  [' - ', ' + '],
  [' * ', ' + '],
]);

const TOKEN =
  /===|!==|>>>|<<|<=|>=|&&|\|\||\+\+|(?<![-=<>])[<>](?![=<>])| [&|+*-] |\b(?:0x[0-9a-f]+|\d+)\b/g;

/** The mutations of code in a template string, found by its operators and numbers. */
export function changesInCode(node: TemplateElement, text: string): Change[] {
  const start = node.start ?? 0;
  return [...text.slice(start, node.end ?? 0).matchAll(TOKEN)].flatMap(({ 0: token, index }) => {
    const from = start + index;
    const to = from + token.length;
    const change = (replacement: string): Change => ({
      kind: `${token.trim()} to ${replacement.trim()} in generated code`,
      from,
      to,
      replacement,
    });
    const operator = REPLACED.get(token);
    if (operator !== undefined) return [change(operator)];
    const value = Number(token);
    return [change(String(value + 1)), change(value === 0 ? '(-1)' : String(value - 1))];
  });
}
