import type { Template } from '../template.ts';

/** What a template does without: parameters, and conditions that never hold. */
export interface Absent {
  readonly parameters: readonly string[];
  readonly conditions: readonly string[];
}

/**
 * The template without these parameters and conditions, and without the resources and outputs of these conditions. An
 * `Fn::If` on such a condition becomes its last branch. A property or an element of a list that is a reference to what
 * was removed is removed as well.
 */
export function withoutAbsent(template: Template, absent: Absent): Template {
  const conditions = new Set(absent.conditions);
  const isKept = ({ Condition }: { readonly Condition?: string }) =>
    Condition === undefined || !conditions.has(Condition);
  const Resources = keptOf(template.Resources, isKept);
  const removed = new Set([
    ...absent.parameters,
    ...Object.keys(template.Resources).filter((id) => !(id in Resources)),
    'AWS::NoValue',
  ]);
  const reduce = <T>(value: T): T => reduced(value, conditions, removed) as T;
  return {
    ...template,
    Parameters: keptOf(template.Parameters, (_, name) => !absent.parameters.includes(name)),
    Conditions: keptOf(template.Conditions, (_, name) => !conditions.has(name)),
    Resources: reduce(Resources),
    Outputs: reduce(keptOf(template.Outputs, isKept)),
  };
}

function keptOf<T>(
  members: Readonly<Record<string, T>>,
  isKept: (member: T, name: string) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(members).filter(([name, each]) => isKept(each, name)));
}

/** Undefined for a value that is nothing but a reference to what was removed. */
function reduced(
  value: unknown,
  conditions: ReadonlySet<string>,
  removed: ReadonlySet<string>,
): unknown {
  const reduce = (each: unknown) => reduced(each, conditions, removed);
  if (Array.isArray(value)) return value.map(reduce).filter((each) => each !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const choice = 'Fn::If' in value && Array.isArray(value['Fn::If']) ? value['Fn::If'] : undefined;
  // A choice that stays keeps its AWS::NoValue: it needs three elements.
  if (choice !== undefined && !conditions.has(String(choice[0]))) {
    return { 'Fn::If': choice.map((each) => reduce(each) ?? each) };
  }
  if (choice !== undefined) return reduce(choice[2]);
  if (removed.has(referenceIn(value) ?? '')) return undefined;
  const members = Object.entries(value).map(([name, each]) => [name, reduce(each)] as const);
  return Object.fromEntries(members.filter(([, each]) => each !== undefined));
}

function referenceIn(value: object): string | undefined {
  if ('Ref' in value) return String(value.Ref);
  if ('Fn::GetAtt' in value) return String([value['Fn::GetAtt']].flat()[0]);
  return undefined;
}
