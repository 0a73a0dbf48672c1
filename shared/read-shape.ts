import {
  type BaseIssue,
  type GenericSchema,
  getDotPath,
  type InferOutput,
  safeParse,
} from 'valibot';
import { printable } from './text/printable.ts';
import { shorten } from './text/shorten.ts';

/** JSON from outside does not have the shape that was expected: the message says where. */
export class ShapeError extends Error {}

/** Valibot's names of types in the words of a sentence. */
const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
};
const LONGEST_VALUE = 61;

/**
 * What the schema makes of a value that comes from outside. A message in the schema is the noun that was
 * expected: `v.regex(ID, 'an id')`.
 * @throws ShapeError with the first violation: `vpc.json: Subnets.0.CidrBlock is 5, a text was expected`.
 */
export function readShape<const Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): InferOutput<Schema> {
  const { success, output, issues } = safeParse(schema, value, { abortEarly: true });
  if (success) return output;
  throw new ShapeError(describe(issues[0], what));
}

function describe(issue: BaseIssue<unknown>, what: string): string {
  const path = getDotPath(issue);
  const subject = path === null ? what : `${what}: ${path}`;
  if (issue.path?.at(-1)?.origin === 'key' && issue.input === undefined)
    return `${subject} is missing`;
  return `${subject} is ${describeValue(issue.input)}, ${describeExpected(issue)} was expected`;
}

function describeExpected({ expected, message }: BaseIssue<unknown>): string {
  // Valibot's own messages begin like this.
  if (!message.startsWith('Invalid ')) return message;
  const types = expected?.replace(/^\((.*)\)$/, '$1').split(' | ') ?? ['another value'];
  return types.map((type) => WORDS[type] ?? type).join(' or ');
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shorten(printable(JSON.stringify(value) ?? String(value)), LONGEST_VALUE);
}
