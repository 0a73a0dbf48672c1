import { UsageError } from './errors.ts';
import type { Parameter, Template } from './template.ts';
import type { ParameterValues } from './template-conditions.ts';

/** The parameters that a deployment asks for, the options that give them, and what is asked. */
const QUESTIONS = [
  { name: 'NatGatewayIds', option: '--nat', question: 'Which gateways?', propose: 'all' },
  { name: 'EmailAddress', option: '--email', question: 'Whom to tell?', propose: '' },
  { name: 'Collectors', option: '--collectors', question: 'Which collectors?', propose: '' },
  { name: 'MonthlyBudget', option: '--budget', question: 'How much a month at most?', propose: '' },
] as const;

/** What empties a value at a prompt. */
const NONE = 'none';

const OVERRIDES = '--parameter-overrides';
/** `Name=Value`, or `ParameterKey=Name,ParameterValue=Value`; values with blanks are in quotes. */
const PAIR =
  /(?:^|[\s"'=])(?<name>[A-Z]\w*)(?:,ParameterValue)?=(?:"(?<quoted>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^\s"']*))/g;

/** The values among the SAM CLI's parameter overrides, in either of its spellings. */
export function overridesIn(options: readonly string[]): Map<string, string> {
  const text = overrideWords(options).join(' ').replaceAll('ParameterKey=', '');
  const values = new Map<string, string>();
  for (const { groups = {} } of text.matchAll(PAIR)) {
    const { name = '', quoted, single, plain = '' } = groups;
    values.set(name, quoted ?? single ?? plain);
  }
  return values;
}

/** The words from the option to the next one. */
function overrideWords(options: readonly string[]): string[] {
  let isOverride = false;
  return options.flatMap((word) => {
    if (word.startsWith('-')) isOverride = word.startsWith(OVERRIDES);
    if (!isOverride || word === OVERRIDES) return [];
    return [word.replace(`${OVERRIDES}=`, '')];
  });
}

/** Why a value is none that the parameter takes; undefined if it is one. */
function valueFault(
  { AllowedPattern, ConstraintDescription }: Parameter,
  value: string,
): string | undefined {
  if (AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(value)) return;
  return `"${value}" is not ${ConstraintDescription ?? AllowedPattern}`;
}

/** Asks at a terminal; undefined when the person ends the input. */
export type Ask = (prompt: string) => Promise<string | undefined>;

/**
 * The person's answers to the questions that no option has answered. Each is asked with its description and with what
 * Enter takes: the deployed value, or a proposal; and again until the parameter takes it.
 * @throws UsageError when the person ends the input
 */
export async function askFor(
  { Parameters }: Template,
  given: ParameterValues,
  deployed: ParameterValues | undefined,
  ask: Ask,
  tell: (line: string) => void,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { name, question, propose } of QUESTIONS) {
    const parameter = Parameters[name];
    if (given.has(name) || parameter === undefined) continue;
    tell(`${question} ${parameter.Description}`);
    answers.set(name, await askOne(name, parameter, deployed?.get(name) ?? propose, ask, tell));
  }
  return answers;
}

async function askOne(
  name: string,
  parameter: Parameter,
  proposed: string,
  ask: Ask,
  tell: (line: string) => void,
): Promise<string> {
  const keys = proposed === '' ? NONE : `${proposed}, or ${NONE}`;
  for (;;) {
    const answer = (await ask(`${name} [${keys}]: `))?.trim();
    if (answer === undefined) throw new UsageError('no answer came: nothing was deployed');
    const value = answer === NONE ? '' : answer || proposed;
    const fault = valueFault(parameter, value);
    if (fault === undefined) return value;
    tell(fault);
  }
}

/**
 * The values of all parameters of the stack after the deployment.
 * @throws UsageError when a value is none that its parameter takes, or when nothing is to be watched
 */
export function valuesAfter(
  { Parameters }: Template,
  given: ParameterValues,
  deployed: ParameterValues | undefined,
): Map<string, string> {
  const faults = [...given].flatMap(([name, value]) => {
    const parameter = Parameters[name];
    if (parameter === undefined) return [`there is no parameter ${name}`];
    const fault = valueFault(parameter, value);
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  const values = Object.entries(Parameters).map(([name, { Default = '' }]) => {
    return [name, given.get(name) ?? deployed?.get(name) ?? String(Default)] as const;
  });
  const after = new Map(values);
  if (after.get('NatGatewayIds') === '' && after.get('ContinuousSources') === '') {
    throw new UsageError(
      'what to watch is missing: --nat with ids, tag:Key=Value or all, or --parameter-overrides ContinuousSources=…',
    );
  }
  return after;
}

/** The SAM CLI's options with these values among its parameter overrides. */
export function withOverrides(options: readonly string[], values: ParameterValues): string[] {
  if (values.size === 0) return [...options];
  const pairs = [...values].map(([name, value]) => `${name}="${value}"`);
  const at = options.indexOf(OVERRIDES);
  if (at < 0) return [...options, OVERRIDES, ...pairs];
  return [...options.slice(0, at + 1), ...pairs, ...options.slice(at + 1)];
}
