import { Command } from 'commander';
import type { Invoke } from '../../shared/aws/functions.ts';
import { isNamed } from '../../shared/aws/refusal.ts';
import {
  MACRO_NAME,
  MACRO_VERSION,
  readVersionAnswer,
  VERSION_COMMAND,
} from '../../shared/contract/macro.ts';
import { buildScripts } from '../../shared/disk/installation.ts';
import { chosenNow } from '../../shared/gateway/followed.ts';
import { say, writeLine } from '../../shared/terminal.ts';
import { ask, isTerminal } from './ask.ts';
import { type AwsOptions, withAws } from './aws-options.ts';
import { askFor, overridesIn, valuesAfter, withOverrides } from './deploy-answers.ts';
import { planLines } from './deploy-plan.ts';
import { doctor } from './doctor.ts';
import { RunError, UsageError } from './errors.ts';
import { collectorsOption } from './options.ts';
import { preflight } from './preflight.ts';
import {
  type Account,
  configuredOverrides,
  configuredStack,
  MACRO,
  MACRO_STACK,
  provideConfig,
  STACK,
  samDeploy,
} from './sam.ts';
import { askingOnce, type Survey } from './survey.ts';
import { readTemplate } from './template.ts';
import type { ParameterValues } from './template-conditions.ts';

interface DeployOptions extends AwsOptions {
  readonly stackName?: string;
  readonly yes?: true;
  readonly nat?: string;
  readonly email?: string;
  readonly collectors?: string;
  readonly budget?: string;
}

/** The calls to AWS of a deployment. */
interface DeployPorts {
  readonly invoke: Invoke;
  readonly open: () => Promise<Survey>;
  /** The values of a stack's parameters; undefined when there is no such stack. */
  readonly parametersOf: (stack: string) => Promise<ParameterValues | undefined>;
}

/** `natflow deploy`: asks, shows the plan, and deploys the macro's stack and the stack with the SAM CLI; then doctor. */
export function deployCommand(ports: DeployPorts): Command {
  return withAws(new Command('deploy'))
    .description('deploy natflow into an AWS account with the SAM CLI; asks at a terminal alone')
    .argument('[options...]', 'of sam deploy, --parameter-overrides above all; asks nothing then')
    .allowUnknownOption()
    .option('--nat <gateways>', 'as the parameter NatGatewayIds: ids, tag:Key=Value or all')
    .option('--email <address>', 'as the parameter EmailAddress: who is told')
    .option('--collectors <host:port,…>', 'as the parameter Collectors')
    .option('--budget <dollars>', 'as the parameter MonthlyBudget: what a month may cost')
    .option('--stack-name <name>', 'the stack, when it gets another name')
    .option('--yes', 'ask nothing, as without a terminal')
    .action(async (options: string[], chosen: DeployOptions) => {
      await deploy(ports, options, chosen);
      await checkUp(chosen.stackName ?? (await configuredStack()), ports.invoke);
    });
}

async function deploy(
  { invoke, open, parametersOf }: DeployPorts,
  options: readonly string[],
  chosen: DeployOptions,
): Promise<void> {
  const survey = askingOnce(await open());
  await refuseOlderMacro(invoke);
  await provideConfig();
  const template = readTemplate('template.yaml');
  const stack = chosen.stackName ?? (await configuredStack());
  const deployed = await parametersOf(stack);
  const own = givenBy(chosen, options);
  const asks = isTerminal() && chosen.yes === undefined && options.length === 0;
  // As for the SAM CLI: what its configuration file says goes before what is deployed, and options before both.
  const configured = overridesIn(await configuredOverrides());
  if (asks) {
    const before = new Map([...(deployed ?? []), ...configured]);
    const answers = await askFor(template, own, before, ask, writeLine);
    for (const [name, value] of answers) own.set(name, value);
  }
  const inOptions = overridesIn(options);
  const given = new Map([...configured, ...inOptions, ...own]);
  const values = valuesAfter(template, given, deployed);
  const gateways = await look(survey, values);
  const place = { stack, region: survey.region, isNew: deployed === undefined };
  for (const line of planLines(template, { ...place, values, gateways })) writeLine(line);
  if (asks && !/^y?$/i.test((await ask('Deploy this? [Y/n] ')) ?? 'n')) {
    throw new RunError('nothing was deployed');
  }
  await buildAndDeploy({ region: survey.region, profile: chosen.profile }, [
    ...(chosen.stackName === undefined ? [] : ['--stack-name', chosen.stackName]),
    ...withOverrides(options, without(given, inOptions)),
  ]);
}

/** The parameters that natflow's own options give. @throws UsageError when the SAM CLI's give one of them as well */
function givenBy(chosen: DeployOptions, options: readonly string[]): Map<string, string> {
  const { nat, email, collectors, budget } = chosen;
  const values = { NatGatewayIds: nat, EmailAddress: email, Collectors: collectors };
  const given = Object.entries({ ...values, MonthlyBudget: budget });
  const own = given.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const twice = own.map(([name]) => name).filter((name) => overridesIn(options).has(name));
  if (twice.length === 0) return new Map(own);
  throw new UsageError(`${twice.join(', ')} is given twice, also by --parameter-overrides`);
}

function without(values: ParameterValues, others: ParameterValues): ParameterValues {
  return new Map([...values].filter(([name]) => !others.has(name)));
}

/** Prints what preflight finds, and counts the gateways that are watched today. */
async function look(survey: Survey, values: ParameterValues): Promise<number> {
  const value = (name: string) => values.get(name) ?? '';
  const nat = value('NatGatewayIds');
  const collectors = value('Collectors');
  await preflight(survey, {
    nat,
    continuous: value('ContinuousSources'),
    collectors: collectors === '' ? [] : collectorsOption(collectors, 5),
    subnetIds: value('SubnetIds').split(',').filter(Boolean),
  });
  return nat === '' ? 0 : chosenNow({ natGatewayIds: nat }, await survey.gateways()).length;
}

async function buildAndDeploy(account: Account, options: readonly string[]): Promise<void> {
  const scripts = await buildScripts();
  await scripts?.buildForDeployment();
  writeLine(`macro      stack ${MACRO_STACK}`);
  // First, so that the person's own options have the last word.
  const unasked = ['--no-confirm-changeset', '--no-fail-on-empty-changeset'];
  await samDeploy(MACRO, account, unasked);
  await samDeploy(STACK, account, [...unasked, ...options]);
}

/** All stacks of the account and region share the macro: an older one would refuse the newer stacks' updates. */
async function refuseOlderMacro(invoke: Invoke): Promise<void> {
  const deployed = await deployedVersion(invoke);
  if (deployed === undefined || deployed <= MACRO_VERSION) return;
  throw new RunError(
    `the macro ${MACRO_NAME} is deployed in version ${deployed}, and this natflow has version ${MACRO_VERSION}: deploy with a newer natflow`,
  );
}

/** Undefined without a macro, for one of before it told its version, and when it cannot be asked. */
async function deployedVersion(invoke: Invoke): Promise<number | undefined> {
  try {
    return readVersionAnswer(await invoke(MACRO_NAME, VERSION_COMMAND)).version;
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) {
      writeLine(`macro      its version is not known: ${(error as Error).message}`);
    }
    return undefined;
  }
}

/** What doctor finds does not undo the deployment: a subscription, for one, is confirmed after it. */
async function checkUp(stack: string, invoke: Invoke): Promise<void> {
  try {
    await doctor(stack, invoke);
  } catch (error) {
    say((error as Error).message);
    writeLine(`deploy     ${stack} is deployed; what doctor found wrong is still to be mended`);
  }
}
