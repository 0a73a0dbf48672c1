import { Command } from 'commander';
import { isNamed } from '../../shared/aws/refusal.ts';
import {
  MACRO_NAME,
  MACRO_VERSION,
  readVersionAnswer,
  VERSION_COMMAND,
} from '../../shared/contract/macro.ts';
import { buildScripts } from '../../shared/disk/installation.ts';
import { say, writeLine } from '../../shared/terminal.ts';
import { type AwsOptions, withAws } from './aws-options.ts';
import { doctor } from './doctor.ts';
import { RunError } from './errors.ts';
import { preflight } from './preflight.ts';
import type { Invoke } from './record.ts';
import { configuredStack, MACRO, MACRO_STACK, provideConfig, STACK, samDeploy } from './sam.ts';
import type { Survey } from './survey.ts';

interface DeployOptions extends AwsOptions {
  readonly stackName?: string;
}

/** `natflow deploy`: preflight, the macro's stack, the stack itself with the SAM CLI, then doctor. */
export function deployCommand(invoke: Invoke, open: () => Promise<Survey>): Command {
  return withAws(new Command('deploy'))
    .description('deploy natflow into an AWS account with the SAM CLI, which asks for the rest')
    .argument('[options...]', 'of sam deploy; with any of them nothing is asked')
    .allowUnknownOption()
    .option('--stack-name <name>', 'the stack, when it gets another name; nothing is asked')
    .action(async (options: string[], { stackName, profile }: DeployOptions) => {
      const survey = await open();
      await refuseOlderMacro(invoke);
      await provideConfig();
      const scripts = await buildScripts();
      await scripts?.buildForDeployment();
      // The guide asks for collectors and subnets: nothing is known of them here that could be wrong.
      const continuous = continuousIn(options);
      const isWithout = continuous !== '' && (await survey.gateways()).length === 0;
      const nat = isWithout ? '' : 'all';
      await preflight(survey, { nat, continuous, collectors: [], subnetIds: [] });
      writeLine(`macro      stack ${MACRO_STACK}`);
      const account = { region: survey.region, profile };
      const unasked = '--no-fail-on-empty-changeset';
      await samDeploy(MACRO, account, ['--no-confirm-changeset', unasked]);
      const named = stackName === undefined ? [] : ['--stack-name', stackName];
      const answers = [...named, ...options];
      await samDeploy(STACK, account, answers.length === 0 ? ['--guided'] : [unasked, ...answers]);
      await checkUp(stackName ?? (await configuredStack()), invoke);
    });
}

/** The value of ContinuousSources among SAM's parameter overrides, in either of its spellings; empty without it. */
export function continuousIn(options: readonly string[]): string {
  const text = options.join(' ');
  const [, value = ''] =
    /(?:^|[\s"'=])ContinuousSources(?:=|,ParameterValue=)["']?([\w,-]*)/.exec(text) ?? [];
  return value;
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
