import type {
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  ExpressionStatement,
  IfStatement,
  LogicalExpression,
  Node,
  UpdateExpression,
} from '@babel/types';

/** Replaces the text from `from` to `to`. */
export interface Change {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

const BINARY: ReadonlyMap<string, readonly string[]> = new Map([
  ['<', ['<=', '>=']],
  ['<=', ['<', '>']],
  ['>', ['>=', '<=']],
  ['>=', ['>', '<']],
  ['===', ['!==']],
  ['!==', ['===']],
  ['+', ['-']],
  ['-', ['+']],
  ['*', ['/']],
  ['/', ['*']],
  ['%', ['*']],
  ['<<', ['>>']],
  ['>>', ['<<']],
  ['>>>', ['<<', '>>']],
  ['&', ['|']],
  ['|', ['&']],
  ['^', ['&']],
  ['**', ['*']],
]);

const ASSIGNMENT: ReadonlyMap<string, string> = new Map([
  ['+=', '-='],
  ['-=', '+='],
  ['*=', '='],
  ['|=', '='],
  ['<<=', '>>='],
  ['??=', '='],
]);

const METHOD: ReadonlyMap<string, string> = new Map([
  ['min', 'max'],
  ['max', 'min'],
  ['some', 'every'],
  ['every', 'some'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
  ['round', 'floor'],
  ['trunc', 'round'],
  ['startsWith', 'endsWith'],
]);

/** Calls that return their object reordered or with fewer elements. */
const DROPPED = new Set(['filter', 'sort', 'toSorted', 'slice', 'trim', 'reverse', 'toReversed']);

/** The mutations of this node, without those of its children. */
export function mutate(node: Node, text: string): Change[] {
  switch (node.type) {
    case 'BinaryExpression':
      return ofBinary(node, text);
    case 'LogicalExpression':
      return ofLogical(node, text);
    case 'IfStatement':
      return ofIf(node, text);
    case 'ConditionalExpression':
      return ofConditional(node, text);
    case 'AssignmentExpression':
      return ofAssignment(node, text);
    case 'UpdateExpression':
      return ofUpdate(node, text);
    case 'CallExpression':
      return ofCall(node, text);
    case 'ExpressionStatement':
      return ofStatement(node);
    default:
      return ofSimple(node, text);
  }
}

function ofSimple(node: Node, text: string): Change[] {
  switch (node.type) {
    case 'NumericLiteral':
      return [
        replace(node, 'constant +1', String(node.value + 1)),
        replace(node, 'constant -1', node.value === 0 ? '(-1)' : String(node.value - 1)),
      ];
    case 'BooleanLiteral':
      return [replace(node, 'boolean', String(!node.value))];
    case 'StringLiteral':
      return [replace(node, 'empty string', "''")];
    case 'ArrayExpression':
      return [replace(node, 'empty array', '[]')];
    case 'ReturnStatement':
      return node.argument ? [replace(node.argument, 'return undefined', 'undefined')] : [];
    case 'UnaryExpression':
      return /[-!~]/.test(node.operator)
        ? [replace(node, `unary ${node.operator} dropped`, `(${source(node.argument, text)})`)]
        : [];
    case 'BreakStatement':
    case 'ContinueStatement':
      return [replace(node, 'jump removed', '{}')];
    default:
      return [];
  }
}

function ofBinary(node: BinaryExpression, text: string): Change[] {
  const { left, right, operator } = node;
  const joinsText = [left, right].some(({ type }) => /^(String|Template)Literal$/.test(type));
  if (operator === '+' && joinsText) return [];
  const from = text.indexOf(operator, left.end ?? 0);
  const to = from + operator.length;
  return (BINARY.get(operator) ?? []).map((replacement) => ({
    kind: `${operator} to ${replacement}`,
    from,
    to,
    replacement,
  }));
}

function ofLogical(node: LogicalExpression, text: string): Change[] {
  const left = source(node.left, text);
  const right = source(node.right, text);
  const onlyLeft = replace(node, `left of ${node.operator} only`, left);
  if (node.operator === '??') return [onlyLeft];
  const other = node.operator === '&&' ? '||' : '&&';
  return [
    replace(node, `${node.operator} to ${other}`, `(${left}) ${other} (${right})`),
    onlyLeft,
    replace(node, `right of ${node.operator} only`, right),
  ];
}

function ofIf({ test }: IfStatement, text: string): Change[] {
  return [
    replace(test, 'if negated', `!(${source(test, text)})`),
    replace(test, 'if always', 'true'),
    replace(test, 'if never', 'false'),
  ];
}

function ofConditional(node: ConditionalExpression, text: string): Change[] {
  return [
    replace(node, 'always then', `(${source(node.consequent, text)})`),
    replace(node, 'always else', `(${source(node.alternate, text)})`),
  ];
}

function ofAssignment({ operator, left }: AssignmentExpression, text: string): Change[] {
  const replacement = ASSIGNMENT.get(operator);
  if (replacement === undefined) return [];
  const from = text.indexOf(operator, left.end ?? 0);
  const to = from + operator.length;
  return [{ kind: `${operator} to ${replacement}`, from, to, replacement }];
}

function ofUpdate(node: UpdateExpression, text: string): Change[] {
  const other = node.operator === '++' ? '--' : '++';
  const changed = source(node, text).replace(node.operator, other);
  return [replace(node, `${node.operator} to ${other}`, changed)];
}

function ofCall(node: CallExpression, text: string): Change[] {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  const other = METHOD.get(name);
  if (other !== undefined) return [replace(callee.property, `${name} to ${other}`, other)];
  return DROPPED.has(name) ? [replace(node, `${name} dropped`, source(callee.object, text))] : [];
}

function ofStatement(node: ExpressionStatement): Change[] {
  const { expression } = node;
  const isSuper = expression.type === 'CallExpression' && expression.callee.type === 'Super';
  return isSuper ? [] : [replace(node, 'statement removed', '{}')];
}

function source(node: Node, text: string): string {
  return text.slice(node.start ?? 0, node.end ?? 0);
}

function replace(node: Node, kind: string, replacement: string): Change {
  return { kind, from: node.start ?? 0, to: node.end ?? 0, replacement };
}
