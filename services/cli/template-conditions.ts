import type { Template } from './template.ts';

/** The values of parameters, by their names. */
export type ParameterValues = ReadonlyMap<string, string>;

/**
 * The conditions of the template that hold with these values, evaluated as CloudFormation does.
 * @throws Error for a function that no condition of natflow's template has
 */
export function conditionsThatHold(
  { Conditions }: Template,
  values: ParameterValues,
): ReadonlySet<string> {
  const evaluate = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(evaluate);
    const [[name, argument] = ['', undefined]] = Object.entries(value);
    if (name === 'Ref') return values.get(String(argument)) ?? '';
    if (name === 'Condition') return evaluate(Conditions[String(argument)]);
    return applied(name, [evaluate(argument)].flat());
  };
  const names = Object.keys(Conditions);
  return new Set(names.filter((name) => evaluate(Conditions[name]) === true));
}

function applied(name: string, list: readonly unknown[]): unknown {
  const [first, second] = list;
  switch (name) {
    case 'Fn::And':
      return list.every(Boolean);
    case 'Fn::Or':
      return list.some(Boolean);
    case 'Fn::Not':
      return !first;
    case 'Fn::Equals':
      return String(first) === String(second);
    case 'Fn::Join':
      return [second].flat().join(String(first));
    case 'Fn::Split':
      return String(second).split(String(first));
    case 'Fn::Select':
      return [second].flat()[Number(first)];
    default:
      throw new Error(`a condition has ${name}, which is not known`);
  }
}
