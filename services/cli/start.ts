import type { Command } from 'commander';
import { type CollectorAddress, formatCollector } from '../../shared/netflow/collectors.ts';
import { type ListenAddress, nextFreePort } from '../../shared/transport/listen.ts';
import { BuiltInCollector } from '../local/built-in-collector.ts';
import { openStage } from '../local/open-stage.ts';
import type { Outcome } from '../local/outcome.ts';
import { planStory, type StoryPlan } from '../local/plan.ts';
import { SCENARIOS, type Scenario } from '../local/scenarios.ts';
import type { Stage } from '../local/stage.ts';
import { reportLines } from '../local/story-report-lines.ts';
import type { StoryReport } from '../local/story-reports.ts';
import { RunError, UsageError } from './errors.ts';
import { flowTable } from './flow-table.ts';
import { openInputs, readInput } from './input.ts';
import { openThere } from './listening.ts';
import { collectorsOption, NAMES } from './options.ts';
import { interruptible, untilSignal } from './signals.ts';
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
    await interruptible((interrupted) =>
      perform(plan, { ...options, version }, stage, builtIn, interrupted),
    );
    if (!options.once && process.exitCode === 0) await goOnListening(builtIn, stage);
  } finally {
    stage.close();
    await builtIn?.close();
  }
}

function list(): void {
  for (const { name, about } of SCENARIOS) process.stdout.write(`${name.padEnd(16)}${about}\n`);
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
  signal: AbortSignal,
): Promise<void> {
  // At once: a second signal leaves no time for it.
  signal.addEventListener('abort', () => stage.close());
  try {
    // AWS's client and the stand-ins take longer to load than other commands to run.
    const { play } = await import('../local/play.ts');
    const theatre = { out, version, build, collector, signal, tell: stage.tell };
    const { outcome, reports } = await play(plan, theatre);
    if (!signal.aborted) stage.end(outcome, epilogue(outcome, reports, out));
    process.exitCode = outcome.faults.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) inOneSentence(error);
  }
}

function epilogue({ collector }: Outcome, reports: readonly StoryReport[], out: string): string[] {
  const files = `archive    ${out}/archive    mails ${out}/mail-*.txt    logs ${out}/*.log`;
  if (reports.length === 0) {
    return ['nothing passed the threshold, so nothing was recorded', '', files];
  }
  const again = `npx natflow replay -n host:port $(find ${out}/archive/flows -type f)`;
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
    onFlows: (flows) => void process.stdout.write(table(flows)),
    onTrouble: (message) => stage.say(message),
  });
  stage.say('');
  stage.say('The collector goes on listening; Ctrl-C ends it. In another terminal:');
  stage.say(`  npx natflow replay -n ${formatCollector(collector.address)} FILE`);
  await untilSignal();
}

function inOneSentence(error: unknown): never {
  throw new RunError(error instanceof Error ? error.message : String(error), { cause: error });
}
