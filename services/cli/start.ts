import type { Command } from 'commander';
import { PROGRAM } from '../../shared/disk/installation.ts';
import { type CollectorAddress, formatCollector } from '../../shared/netflow/collectors.ts';
import { writeLine, writeOutput } from '../../shared/terminal.ts';
import { type ListenAddress, nextFreePort } from '../../shared/transport/listen.ts';
import { BuiltInCollector } from '../demo/built-in-collector.ts';
import { runDemo } from '../demo/demo.ts';
import { SCENARIOS, type Scenario } from '../demo/scenarios.ts';
import { openOutput } from '../demo/screen/open-output.ts';
import { RunError, UsageError } from './errors.ts';
import { flowTable } from './flow-table.ts';
import { openInputs, readInput } from './input.ts';
import { listenOrExplain } from './listening.ts';
import { collectorsOption, NAMES } from './options.ts';
import { interruptible, untilSignal } from './signals.ts';
import { refuseRemote, type StartOptions, startOptions } from './start-options.ts';

type Print = (line: string) => void;

const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 2055 };

/** `npm start`: plays the life of a spike on this machine, with the bundles of the deployed functions. */
export function startCommand(): Command {
  return startOptions().action(start);
}

async function start(files: string[], options: StartOptions, command: Command): Promise<void> {
  if (options.list) return list();
  const scenario = scenarioOf(files, options);
  const inputs = openInputs(files);
  const output = openOutput(options);
  const print: Print = (line) => output.print(line);
  const external = collectorsOf(options);
  const builtIn = external === undefined ? await openBuiltIn(options, print) : undefined;
  try {
    const collectors = external ?? [builtIn?.address ?? DEFAULT_LISTEN];
    const request = {
      ...options,
      ...{ scenario, version: options.netflow },
      collectors: collectors.map(formatCollector).join(','),
      endsNow: external !== undefined,
      files: inputs.map((input) => ({ name: input.name, source: readInput(input) })),
    };
    const outcome = await interruptible((signal) =>
      runDemo({
        ...{ request, output, signal, collector: builtIn, protocol: NAMES[options.netflow] },
        ...{ out: options.out, build: options.build, version: command.parent?.version() ?? '' },
      }).catch(failInOneSentence),
    );
    if (outcome === undefined) return;
    process.exitCode = Math.min(1, outcome.faults.length);
    if (!options.once && process.exitCode === 0) await keepListening(builtIn, print);
  } finally {
    output.close();
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

/** The collectors of `-n`; undefined when the built-in one is used. */
function collectorsOf(options: StartOptions): CollectorAddress[] | undefined {
  if (options.collectors === undefined) return undefined;
  if (options.listen !== undefined) {
    throw new UsageError('--listen is for the built-in collector, and -n takes its place');
  }
  const collectors = collectorsOption(options.collectors, options.netflow);
  refuseRemote(collectors, options);
  return collectors;
}

/** Opens the built-in collector at the address of `--listen`, by default at port 2055 or the next free one. */
async function openBuiltIn({ listen }: StartOptions, print: Print): Promise<BuiltInCollector> {
  const open = (where: ListenAddress) => BuiltInCollector.open(where);
  if (listen !== undefined) return await listenOrExplain(listen, open);
  try {
    return await open(DEFAULT_LISTEN);
  } catch (error) {
    const port = await nextFreePort(DEFAULT_LISTEN);
    if (port === undefined) return await listenOrExplain(DEFAULT_LISTEN, open);
    print(
      `port ${DEFAULT_LISTEN.port} is in use (${(error as NodeJS.ErrnoException).code}), the collector listens on ${port}`,
    );
    return await open({ ...DEFAULT_LISTEN, port });
  }
}

async function keepListening(collector: BuiltInCollector | undefined, print: Print): Promise<void> {
  if (collector?.address === undefined) return;
  const table = flowTable();
  collector.watch({
    onFlows: (flows) => void writeOutput(table(flows)),
    onTrouble: print,
  });
  print('');
  print('The collector goes on listening; Ctrl-C ends it. In another terminal:');
  print(`  ${PROGRAM} replay -n ${formatCollector(collector.address)} FILE`);
  await untilSignal();
}

function failInOneSentence(error: unknown): never {
  throw new RunError(error instanceof Error ? error.message : String(error), { cause: error });
}
