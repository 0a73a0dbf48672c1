import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { ROOT } from '../../shared/disk/installation.ts';
import { say } from '../../shared/terminal.ts';
import { examples } from './examples.ts';
import type { Survey } from './survey.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** An error of commander as one sentence: without `error:`, with its suggestion in parentheses. */
function sentence(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n+\(Did you mean (.*?)\?\)/, ' (did you mean $1?)')
    .replace(/\. Expected (.*)\.$/, ', expected $1')
    .replace(/\. Allowed choices are (.*)\.$/, ', allowed are $1');
}

/** The commands in the order of the help. Each is loaded for itself: loading all takes longer than most run. */
const COMMANDS: ReadonlyMap<string | undefined, () => Promise<Command>> = new Map([
  ['parse', async () => (await import('./parse.ts')).parseCommand()],
  ['replay', async () => (await import('./replay-command.ts')).replayCommand()],
  ['collect', async () => (await import('./collect.ts')).collectCommand()],
  ['synth', async () => (await import('./synth.ts')).synthCommand()],
  ['report', async () => (await import('./report.ts')).reportCommand()],
  ['start', async () => (await import('./start.ts')).startCommand()],
  ['record', async () => (await import('./record.ts')).recordCommand(invoke)],
  [
    'recordings',
    async () => (await import('./recordings.ts')).recordingsCommand(invoke, openSummaries),
  ],
  ['budget', async () => (await import('./budget.ts')).budgetCommand(invoke)],
  ['fix', async () => (await import('./fix.ts')).fixCommand(invoke, endpoints)],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand(invoke)],
  [
    'deploy',
    async () => (await import('./deploy.ts')).deployCommand({ invoke, open: survey, parametersOf }),
  ],
  ['undeploy', async () => (await import('./undeploy.ts')).undeployCommand(survey, stacks)],
  ['render', async () => (await import('./render.ts')).renderCommand()],
  ['completion', async () => (await import('./completion.ts')).completionCommand()],
  ['preflight', async () => (await import('./preflight.ts')).preflightCommand(survey)],
]);

/** The command that the scripts of `natflow completion` call; the help does not have it. */
const COMPLETE = 'complete';

/** The program with the command of this name, or with all commands if the name is none of theirs. */
export async function program(name: string | undefined): Promise<Command> {
  const natflow = new Command('natflow')
    .description('VPC flow logs to NetFlow v5, v9 and IPFIX')
    .version(version, '-V, --version')
    .addHelpText('after', examples('natflow'))
    .exitOverride()
    .configureOutput({ outputError: (text) => say(sentence(text)) });
  const named = COMMANDS.get(name);
  const loads = name === COMPLETE ? [] : named === undefined ? [...COMMANDS.values()] : [named];
  for (const command of await Promise.all(loads.map((load) => load()))) {
    natflow.addCommand(inherit(command, natflow));
  }
  if (name === COMPLETE) {
    const { completeCommand } = await import('./completion.ts');
    natflow.addCommand(
      inherit(
        completeCommand(() => program(undefined)),
        natflow,
      ),
    );
  }
  return natflow;
}

/** Settings of the program, such as its error output, for a command and all its subcommands. */
function inherit(command: Command, parent: Command, path = command.name()): Command {
  for (const each of command.commands) inherit(each, parent, `${path} ${each.name()}`);
  return command.addHelpText('after', examples(path)).copyInheritedSettings(parent);
}

/** Loads AWS's client on use, because that takes longer than most commands. */
async function invoke(functionName: string, event: object): Promise<unknown> {
  const { invokeFunction } = await import('../../shared/aws/functions.ts');
  return invokeFunction(functionName, event);
}

async function openSummaries(place: string) {
  const { openObjects } = await import('../../shared/aws/objects.ts');
  const { summaries, summaryPlace } = await import('../../shared/aws/summaries.ts');
  return summaries(await openObjects(), summaryPlace(place));
}

async function survey(): Promise<Survey> {
  const { awsSurvey } = await import('../../shared/aws/survey.ts');
  return await awsSurvey();
}

async function parametersOf(stack: string) {
  const { stackParameters } = await import('../../shared/aws/stacks.ts');
  return await stackParameters(stack);
}

async function endpoints(region: string) {
  const { endpointPorts } = await import('../../shared/aws/gateway-endpoints.ts');
  return endpointPorts(region);
}

async function stacks(): Promise<string[]> {
  const { listStacks } = await import('../../shared/aws/stacks.ts');
  return await listStacks();
}
