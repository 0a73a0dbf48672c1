import type { Template } from './template.ts';

/** What a template does without: parameters, and conditions that never hold. */
export interface Absent {
  readonly parameters: readonly string[];
  readonly conditions: readonly string[];
}

/**
 * The template without these parameters and conditions, and without what is there under these conditions alone. A
 * choice by such a condition is settled. Properties and elements of lists that name what is gone, go as well.
 */
export function settle(template: Template, absent: Absent): Template {
  const never = new Set(absent.conditions);
  const isThere = ([, each]: readonly [string, { readonly Condition?: string }]) =>
    each.Condition === undefined || !never.has(each.Condition);
  const kept = <T extends { readonly Condition?: string }>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(isThere));
  const Resources = kept(template.Resources);
  const gone = new Set([
    ...absent.parameters,
    ...Object.keys(template.Resources).filter((id) => !(id in Resources)),
    'AWS::NoValue',
  ]);
  const reduce = <T>(value: T): T => withoutGone(value, never, gone) as T;
  const without = <T>(all: Readonly<Record<string, T>>, names: Iterable<string>) => {
    const dropped = new Set(names);
    return Object.fromEntries(Object.entries(all).filter(([name]) => !dropped.has(name)));
  };
  return {
    ...template,
    Parameters: without(template.Parameters, absent.parameters),
    Conditions: without(template.Conditions, never),
    Resources: reduce(Resources),
    Outputs: reduce(kept(template.Outputs)),
  };
}

/** Undefined for a value that is nothing but a reference to what is gone. */
function withoutGone(
  value: unknown,
  never: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): unknown {
  const reduce = (each: unknown) => withoutGone(each, never, gone);
  if (Array.isArray(value)) return value.map(reduce).filter((each) => each !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const choice = 'Fn::If' in value && Array.isArray(value['Fn::If']) ? value['Fn::If'] : undefined;
  // A choice that stays keeps its AWS::NoValue: it needs three elements.
  if (choice !== undefined && !never.has(String(choice[0]))) {
    return { 'Fn::If': choice.map((each) => reduce(each) ?? each) };
  }
  if (choice !== undefined) return reduce(choice[2]);
  if (gone.has(referenceIn(value) ?? '')) return undefined;
  const members = Object.entries(value).map(([name, each]) => [name, reduce(each)] as const);
  return Object.fromEntries(members.filter(([, each]) => each !== undefined));
}

function referenceIn(value: object): string | undefined {
  if ('Ref' in value) return String(value.Ref);
  if ('Fn::GetAtt' in value) return String([value['Fn::GetAtt']].flat()[0]);
  return undefined;
}
