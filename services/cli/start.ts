import type { Command } from 'commander';
import { shellWord } from '../../shared/command-line.ts';
import { type CollectorAddress, formatCollector } from '../../shared/netflow/collectors.ts';
import { writeLine, writeOutput } from '../../shared/terminal.ts';
import { type ListenAddress, nextFreePort } from '../../shared/transport/listen.ts';
import { BuiltInCollector } from '../demo/built-in-collector.ts';
import type { Outcome } from '../demo/outcome.ts';
import { planStory, type StoryPlan } from '../demo/plan.ts';
import { SCENARIOS, type Scenario } from '../demo/scenarios.ts';
import { openStage } from '../demo/screen/open-output.ts';
import type { Stage } from '../demo/screen/output.ts';
import { reportLines } from '../demo/screen/story-report-lines.ts';
import type { StoryReport } from '../demo/story-reports.ts';
import { INTERRUPTED, RunError, UsageError } from './errors.ts';
import { flowTable } from './flow-table.ts';
import { openInputs, readInput } from './input.ts';
import { openThere } from './listening.ts';
import { collectorsOption, NAMES } from './options.ts';
import { refuseRemote, type StartOptions, startOptions } from './start-options.ts';

const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 2055 };

/** `npm start`: the life of a spike on one machine, with the handlers that are deployed. */
export function startCommand(): Command {
  return startOptions().action(start);
}

async function start(files: string[], options: StartOptions, command: Command): Promise<void> {
  if (options.list) return list();
  const scenario = scenarioOf(files, options);
  const inputs = await openInputs(files);
  const stage = openStage(options);
  const theirs = collectorsOf(options);
  const builtIn = theirs === undefined ? await openBuiltIn(options, stage) : undefined;
  try {
    const collectors = theirs ?? [builtIn?.address ?? DEFAULT_LISTEN];
    const target = collectors.map(formatCollector).join(',');
    const plan = await planStory({
      ...options,
      ...{ scenario, version: options.netflow, collectors: target },
      endsNow: theirs !== undefined,
      files: inputs.map((input) => ({ name: input.name, pieces: readInput(input) })),
    }).catch(inOneSentence);
    stage.open(plan, introduction(plan, target, options));
    const version = command.parent?.version() ?? '';
    await perform(plan, { ...options, version }, stage, builtIn);
    if (!options.once && process.exitCode === 0) await goOnListening(builtIn, stage);
  } finally {
    stage.close();
    await builtIn?.close();
  }
}

function list(): void {
  for (const { name, about } of SCENARIOS) writeLine(`${name.padEnd(16)}${about}`);
}

function scenarioOf(files: readonly string[], { scenario: name }: StartOptions): Scenario {
  if (files.length > 0 && name !== undefined) {
    throw new UsageError(`--scenario ${name} and files: only one of them can be the traffic`);
  }
  const scenario = SCENARIOS.find((each) => name === undefined || each.name === name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((each) => each.name).join(', ');
  throw new UsageError(`--scenario ${name} is none of ${names}`);
}

/** One's own collectors; the scenario in which it goes down needs the built-in one. */
function collectorsOf(options: StartOptions): CollectorAddress[] | undefined {
  if (options.collectors === undefined) return undefined;
  if (options.listen !== undefined) {
    throw new UsageError('--listen is for the built-in collector, and -n takes its place');
  }
  const collectors = collectorsOption(options.collectors, options.netflow);
  refuseRemote(collectors, options);
  return collectors;
}

/** Where it was asked to listen; else at the usual port or, if that is taken, the next free one. */
async function openBuiltIn({ listen }: StartOptions, stage: Stage): Promise<BuiltInCollector> {
  const open = (where: ListenAddress) => BuiltInCollector.open(where);
  if (listen !== undefined) return await openThere(listen, open);
  try {
    return await open(DEFAULT_LISTEN);
  } catch (error) {
    const port = await nextFreePort(DEFAULT_LISTEN);
    if (port === undefined) return await openThere(DEFAULT_LISTEN, open);
    stage.say(
      `port ${DEFAULT_LISTEN.port} is in use (${(error as NodeJS.ErrnoException).code}), the collector listens on ${port}`,
    );
    return await open({ ...DEFAULT_LISTEN, port });
  }
}

function introduction(
  { title, parameters, speed }: StoryPlan,
  target: string,
  { netflow, collectors }: StartOptions,
): string[] {
  const pace = Number.isFinite(speed) ? `${speed}x faster than real time` : 'as fast as it goes';
  const which =
    collectors === undefined
      ? `${NAMES[netflow]}, built in   (yours: npm start -- -n host:port -v 9)`
      : NAMES[netflow];
  return [
    `natflow local demo  (${collectors === undefined ? 'nothing leaves this machine; ' : ''}Ctrl-C to stop)`,
    `  collector   ${target}  ${which}`,
    `  traffic     ${title}, ${pace}   (others: npm start -- --list)`,
    `  handlers    controller, forwarder${parameters.isReported ? ', reporter' : ''} as deployed: bundles in AWS's Lambda runtime client`,
    `  AWS         stand-ins on this machine; the functions are told the story's time`,
    `  settings    legs ${parameters.legs}, recording time ${parameters.recordingTime || 'until OK'}${parameters.recordingTime ? ' s' : ''}, at most ${parameters.numOfRecordings || 'any number of'} recordings`,
  ];
}

/** Plays the story and sets the exit code by how it ended. */
async function perform(
  plan: StoryPlan,
  { out, version, build }: StartOptions & { readonly version: string },
  stage: Stage,
  collector: BuiltInCollector | undefined,
): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  const { signal } = interrupted;
  process.once('SIGINT', interrupt);
  try {
    // AWS's client and the stand-ins take longer to load than other commands to run.
    const { play } = await import('../demo/play.ts');
    const theatre = { out, version, build, collector, signal, tell: stage.tell };
    const { outcome, reports } = await play(plan, theatre);
    if (!signal.aborted) stage.end(outcome, epilogue(outcome, reports, out));
    process.exitCode = outcome.faults.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) inOneSentence(error);
  } finally {
    process.off('SIGINT', interrupt);
  }
  if (signal.aborted) process.exitCode = INTERRUPTED;
}

function epilogue({ collector }: Outcome, reports: readonly StoryReport[], out: string): string[] {
  const files = `archive    ${out}/archive    mails ${out}/mail-*.txt    logs ${out}/*.log`;
  if (reports.length === 0) {
    return ['nothing passed the threshold, so nothing was recorded', '', files];
  }
  const again = `find ${shellWord(`${out}/archive/flows`)} -type f -exec npx natflow replay -n host:port {} +`;
  return [
    ...(collector?.wentDown ? [`the archive has them all; to send them again: ${again}`] : []),
    ...reports.flatMap(({ report, files: { html, json, picture, mail } }) => [
      '',
      ...reportLines(report),
      `report     ${[html, json, picture, mail].map((name) => `${out}/${name}`).join('   ')}`,
    ]),
    '',
    files,
  ];
}

async function goOnListening(collector: BuiltInCollector | undefined, stage: Stage): Promise<void> {
  if (collector?.address === undefined) return;
  const table = flowTable();
  collector.watch({
    onFlows: (flows) => void writeOutput(table(flows)),
    onTrouble: (message) => stage.say(message),
  });
  stage.say('');
  stage.say('The collector goes on listening; Ctrl-C ends it. In another terminal:');
  stage.say(`  npx natflow replay -n ${formatCollector(collector.address)} FILE`);
  await new Promise((resolve) => process.once('SIGINT', resolve));
}

function inOneSentence(error: unknown): never {
  throw new RunError(error instanceof Error ? error.message : String(error), { cause: error });
}
