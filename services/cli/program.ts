import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { say } from '../../shared/terminal.ts';
import { collectCommand } from './collect.ts';
import { UsageError } from './errors.ts';
import { parseCommand } from './parse.ts';
import { preflightCommand } from './preflight.ts';
import { recordCommand } from './record.ts';
import { recordingsCommand } from './recordings.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { startCommand } from './start.ts';
import type { Survey } from './survey.ts';
import { synthCommand } from './synth.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

/** An error of commander as one sentence: without `error:`, with its suggestion in parentheses. */
function sentence(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n+\(Did you mean (.*?)\?\)/, ' (did you mean $1?)')
    .replace(/\. Expected (.*)\.$/, ', expected $1')
    .replace(/\. Allowed choices are (.*)\.$/, ', allowed are $1');
}

function program(): Command {
  const natflow = new Command('natflow')
    .description('VPC flow logs to NetFlow v5, v9 and IPFIX')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ outputError: (text) => say(sentence(text)) });
  for (const command of [
    parseCommand(),
    replayCommand(),
    collectCommand(),
    synthCommand(),
    reportCommand(),
    startCommand(),
    recordCommand(invoke),
    recordingsCommand(invoke),
    preflightCommand(survey),
  ]) {
    natflow.addCommand(inherit(command, natflow));
  }
  return natflow;
}

/** Settings of the program, such as its error output, for a command and all its subcommands. */
function inherit(command: Command, parent: Command): Command {
  for (const each of command.commands) inherit(each, parent);
  return command.copyInheritedSettings(parent);
}

/** Loads AWS's client on use, because that takes longer than most commands. */
async function invoke(functionName: string, event: object): Promise<unknown> {
  const { invokeFunction } = await import('../../shared/aws/functions.ts');
  return invokeFunction(functionName, event);
}

async function survey(): Promise<Survey> {
  const { awsSurvey } = await import('../../shared/aws/survey.ts');
  return await awsSurvey();
}

/** Runs the command that the arguments name and sets the exit code; it does not throw. */
export async function run(): Promise<void> {
  // A closed pipe is no failure: `natflow parse … | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    say(`cannot write standard output: ${error.message}`);
    process.exit(1);
  });

  await program().parseAsync().catch(fail);
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
