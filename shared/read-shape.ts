import * as v from 'valibot';
import { printable } from './text/printable.ts';
import { shorten } from './text/shorten.ts';

/** A value from outside has another shape than expected; the message says where. */
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
 * Reads a value from outside by its schema. Messages in the schema are nouns, named in the error as what was
 * expected: `v.regex(ID, 'an id')`.
 * @throws ShapeError with the first violation: `vpc.json: Subnets.0.CidrBlock is 5, a text was expected`.
 */
export function readShape<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  if (success) return output;
  throw new ShapeError(printable(describe(issues[0], what)));
}

/**
 * The same check for a value that stays as it is, with members that the schema does not name.
 * @throws ShapeError
 */
export function assertShape<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): asserts value is v.InferInput<Schema> {
  readShape(schema, value, what);
}

/** A member that is read as undefined when it is missing or has another shape. */
export function optionalMember<Schema extends v.GenericSchema>(schema: Schema) {
  return v.fallback(v.optional(schema), undefined);
}

function describe(issue: v.BaseIssue<unknown>, what: string): string {
  const path = v.getDotPath(issue);
  const subject = path === null ? what : `${what}: ${path}`;
  if (path !== null && issue.input === undefined) return `${subject} is missing`;
  return `${subject} is ${describeValue(issue.input)}, ${describeExpected(issue)} was expected`;
}

function describeExpected({ expected, message }: v.BaseIssue<unknown>): string {
  // Valibot's own messages begin like this.
  if (!message.startsWith('Invalid ')) return message;
  // A choice within a choice comes in parentheses.
  const types = expected?.split(' | ').map((type) => type.replace(/^\(+|\)+$/g, ''));
  return types?.map((type) => WORDS[type] ?? type).join(' or ') ?? 'another value';
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shorten(JSON.stringify(value) ?? String(value), LONGEST_VALUE);
}
